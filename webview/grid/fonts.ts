// Widths of characters. The grid needs a font whose characters are all of one width.

export interface GridFont {
  /** In CSS pixels. */
  readonly size: number;
  readonly family: string;
  readonly charWidth: number;
}

const context = document.createElement('canvas').getContext('2d');

/** The font in a size; `monospace` where the user's editor font is not one. */
export function gridFont(family: string, size: number): GridFont {
  const preferred = widths(family, size);
  if (preferred.narrow === preferred.wide) return { size, family, charWidth: preferred.wide };
  return { size, family: 'monospace', charWidth: widths('monospace', size).wide };
}

function widths(family: string, size: number): { narrow: number; wide: number } {
  // Without a canvas nothing is drawn; half the size keeps the layout finite.
  if (!context) return { narrow: size / 2, wide: size / 2 };
  context.font = `${size}px ${family}`;
  return { narrow: context.measureText('i').width, wide: context.measureText('W').width };
}
