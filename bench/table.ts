// The benchmark's table: aligned columns, and below it what each peer is.

export type Unit = 'ms' | 'ns' | 'kB' | 'bytes' | '×';

/** The same thing done in the plainest way, measured in the same run. */
export interface Peer {
  /** In the row's unit. */
  readonly value: number;
  /** What it is, for the notes below the table. */
  readonly what: string;
}

export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: number;
  /** null where nothing comparable exists. */
  readonly peer: Peer | null;
  /** The most that `ours` should be, in the row's unit; null where nothing is promised. */
  readonly reach: number | null;
}

const HEADINGS = ['what', 'ours', 'peer', 'ratio', 'reach'];
const NONE = '–';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The rows as text: a heading, a line, one line a row, and the notes. */
export function renderTable(rows: readonly Row[]): string {
  const notes = [...new Set(rows.flatMap(({ peer }) => (peer ? [peer.what] : [])))];
  const cells = rows.map(row => cellsOf(row, notes));
  const lines = [HEADINGS, ...cells];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map(line => line[column].length)));
  // Words on the left of their column, numbers on the right.
  const lineUp = (line: readonly string[]) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  const table = [lineUp(HEADINGS), widths.map(width => '─'.repeat(width)).join('  '), ...cells.map(lineUp)];
  const legend = notes.map((note, index) => `  ${LETTERS[index]}: ${note}`);
  return [...table, ...(legend.length > 0 ? ['', 'Peers', ...legend] : [])].join('\n');
}

function cellsOf({ what, unit, ours, peer, reach }: Row, notes: readonly string[]): string[] {
  return [
    what,
    `${NUMBER.format(ours)} ${unit}`,
    peer ? `${NUMBER.format(peer.value)} ${unit} ${LETTERS[notes.indexOf(peer.what)]}` : NONE,
    peer && peer.value > 0 ? `${NUMBER.format(ours / peer.value)}×` : NONE,
    reach === null ? NONE : `≤ ${reach} ${unit} ${isReached(ours, reach) ? '✓' : '✗'}`,
  ];
}

/** Three significant digits: more would be noise. */
const NUMBER = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Judged as it is shown: 16.7 as the table has it is not above 16.7. */
function isReached(value: number, reach: number): boolean {
  return Number(value.toPrecision(3)) <= reach;
}
