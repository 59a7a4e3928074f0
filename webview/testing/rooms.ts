// The rooms that a panel has in VS Code, for tests and pictures.

export interface Room {
  readonly name: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** VS Code's zoom, which is the browser's: so many of the screen's pixels are one CSS pixel. */
  readonly zoom: number;
}

/** In the screen's own pixels: the side bar as it opens, and a wider one; an editor in a small window, and in a large one. */
const SIZES = {
  narrow: [292, 720],
  side: [400, 720],
  small: [1366, 768],
  wide: [1920, 1080],
} as const;

export const ROOMS: readonly Room[] = [1, 1.5].flatMap(zoom =>
  Object.entries(SIZES).map(([name, [width, height]]) => ({
    name: `${name}-${100 * zoom}`,
    width: Math.round(width / zoom),
    height: Math.round(height / zoom),
    zoom,
  })),
);
