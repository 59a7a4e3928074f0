// The last values of a number as a line: the oldest at the left, each as far from the next.
import { html, type TemplateResult } from 'lit';

const WIDTH = 60;
const HEIGHT = 14;

/** Points of the line, in pixels; none where there are fewer than two finite values. @param values the oldest first */
export function sparkPoints(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return '';
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const span = high - low || 1;
  return finite
    .map((value, i) => {
      const x = 1 + (i * (WIDTH - 2)) / (finite.length - 1);
      const y = high === low ? HEIGHT / 2 : HEIGHT - 1 - ((value - low) / span) * (HEIGHT - 2);
      return `${Number(x.toFixed(1))},${Number(y.toFixed(1))}`;
    })
    .join(' ');
}

/** A picture of what the text says, too. */
export function sparkline(values: readonly number[]): TemplateResult {
  return html`<svg class="spark" width=${WIDTH} height=${HEIGHT} viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
    <polyline points=${sparkPoints(values)} fill="none" stroke="currentColor" />
  </svg>`;
}
