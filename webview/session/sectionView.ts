// How the panel's sections are shown: which of them are folded, how high the user made them, and how much room there is.
import type { PersistedSection } from '../../src/protocol/panel.ts';

/** The panel's own size, in CSS pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** From these widths on, in CSS pixels, the panel has two columns, and three. */
export const COLUMNS_FROM = [620, 900] as const;

/** Below this width, in CSS pixels, a row of controls has no room for all of them. */
const NARROW = 310;

/** One column that is less high, in CSS pixels, has room for all sections only where each takes little. */
const TIGHT = 760;

/** One column that is less high, in CSS pixels, has room for what matters most alone. */
const SHORT = 560;

/** The heights from which on a section is open by itself, in one column, and beside others; in CSS pixels. */
export type OpenFrom = readonly [alone: number, beside: number];

export class SectionView {
  /** Not known before the panel was laid out: then nothing is folded for want of room. */
  private room: Room = { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };
  private readonly kept: Map<string, PersistedSection>;

  /**
   * @param changed called after each change
   * @param kept what the user chose before the webview was hidden
   */
  constructor(
    private readonly changed: () => void,
    kept: readonly PersistedSection[] = [],
  ) {
    this.kept = new Map(kept.map(section => [section.name, section]));
  }

  get persisted(): readonly PersistedSection[] {
    return [...this.kept.values()];
  }

  get columns(): number {
    return 1 + COLUMNS_FROM.filter(width => this.room.width >= width).length;
  }

  get isNarrow(): boolean {
    return this.room.width < NARROW;
  }

  /** Texts of several lines have one, and choices are in menus. */
  get isTight(): boolean {
    return this.columns === 1 && this.room.height < TIGHT;
  }

  get isShort(): boolean {
    return this.columns === 1 && this.room.height < SHORT;
  }

  /** Whether the panel is high enough for a section that is not opened by the user. */
  hasRoomFor([alone, beside]: OpenFrom): boolean {
    return this.room.height >= (this.columns === 1 ? alone : beside);
  }

  /** As the user chose it, or else as there is room. */
  isOpen(name: string, openFrom: OpenFrom): boolean {
    return this.kept.get(name)?.open ?? this.hasRoomFor(openFrom);
  }

  /** The height that the user gave to a section, in CSS pixels; undefined where they left it to the panel. */
  heightOf(name: string): number | undefined {
    return this.kept.get(name)?.height;
  }

  setOpen(name: string, open: boolean): void {
    this.keep({ ...this.kept.get(name), name, open });
  }

  /** @param height in CSS pixels; undefined leaves it to the panel again */
  setHeight(name: string, height: number | undefined): void {
    const { height: _, ...others } = this.kept.get(name) ?? { name };
    this.keep(height === undefined ? others : { ...others, height: Math.round(height) });
  }

  setRoom(room: Room): void {
    if (room.width === this.room.width && room.height === this.room.height) return;
    this.room = room;
    this.changed();
  }

  private keep(section: PersistedSection): void {
    this.kept.set(section.name, section);
    this.changed();
  }
}
