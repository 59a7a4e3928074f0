// What a measurement inside a VS Code window hands back to the benchmark: one line of the extension host's console.

/** Durations in milliseconds, by what was measured. */
export type Samples = Readonly<Record<string, readonly number[]>>;

const MARK = 'BENCHMARK ';

export function samplesLine(samples: Samples): string {
  return MARK + JSON.stringify(samples);
}

/** The samples of a line of the console; undefined where the line is another one. */
export function parseSamplesLine(line: string): Samples | undefined {
  return line.startsWith(MARK) ? parseSamples(JSON.parse(line.slice(MARK.length))) : undefined;
}

/** Throws a TypeError where `value` is something else. */
export function parseSamples(value: unknown): Samples {
  if (typeof value !== 'object' || value === null) throw new TypeError('there are no samples');
  return Object.fromEntries(
    Object.entries(value).map(([name, durations]: [string, unknown]) => {
      if (!Array.isArray(durations)) throw new TypeError(`'${name}' is no list`);
      return [name, durations.map(Number)];
    }),
  );
}

/** The durations of one name. Throws an Error where it was not measured. */
export function samplesOf(samples: Samples, name: string): readonly number[] {
  const found = samples[name];
  if (!found) throw new Error(`'${name}' was not measured`);
  return found;
}
