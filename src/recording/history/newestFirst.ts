// Merges sequences of descending steps into one.

/** Each step once, newest first, of sequences that are each newest first. */
export function* newestFirst(sequences: readonly Iterator<{ readonly step: number }>[]): Generator<number> {
  // A binary heap with the newest step at its root.
  const heap: { step: number; readonly rest: Iterator<{ readonly step: number }> }[] = [];
  for (const rest of sequences) {
    const next = rest.next();
    if (!next.done) heap.push({ step: next.value.step, rest });
  }
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
  let told = Number.POSITIVE_INFINITY;
  while (heap.length > 0) {
    const [root] = heap;
    if (root.step < told) yield root.step;
    told = root.step;
    const next = root.rest.next();
    if (next.done) {
      const last = heap.pop();
      if (last && last !== root) heap[0] = last;
    } else root.step = next.value.step;
    sink(heap, 0);
  }
}

/** The same of sequences that are each oldest first. */
export function* oldestFirst(sequences: readonly Iterator<{ readonly step: number }>[]): Generator<number> {
  for (const step of newestFirst(sequences.map(backwards))) yield -step;
}

function* backwards(sequence: Iterator<{ readonly step: number }>): Generator<{ readonly step: number }> {
  for (let next = sequence.next(); !next.done; next = sequence.next()) yield { step: -next.value.step };
}

function sink(heap: { step: number }[], from: number): void {
  for (let at = from; ; ) {
    let newest = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && heap[child].step > heap[newest].step) newest = child;
    if (newest === at) return;
    [heap[at], heap[newest]] = [heap[newest], heap[at]];
    at = newest;
  }
}
