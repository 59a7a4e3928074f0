// What is said of many samples of one duration.

/** The value that half of the samples do not exceed; between two of them where their number is even. */
export function median(samples: readonly number[]): number {
  const sorted = sort(samples);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** The smallest sample that `percent` % of the samples do not exceed (nearest rank). */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = sort(samples);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** Throws a RangeError where nothing was measured, so that no table shows a number made of nothing. */
function sort(samples: readonly number[]): number[] {
  if (samples.length === 0) throw new RangeError('there are no samples');
  const wrong = samples.find(sample => !Number.isFinite(sample));
  if (wrong !== undefined) throw new RangeError(`a sample is ${wrong}`);
  return [...samples].sort((a, b) => a - b);
}
