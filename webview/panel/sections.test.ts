import { expect, test } from 'vitest';
import { mountPanel, settle } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

test.each([
  [300, '"top" "head" "lanes" "calls" "memory" "inspector" "places" "findings"'],
  [700, '"top top" "head memory" "lanes memory" "calls memory" "inspector memory" "places memory" "findings findings"'],
  [
    1000,
    '"top top top" "head memory inspector" "lanes memory inspector" "calls memory inspector" "places memory inspector" "findings findings findings"',
  ],
])('%i pixels wide, each section has its place', async (width, areas) => {
  const { panel, all } = await mountPanel(SCENARIOS.demo());
  panel.style.width = `${width}px`;
  await settle();
  const [main] = all('main');
  if (!main) throw new Error('no sections');
  expect(getComputedStyle(main).gridTemplateAreas).toBe(areas);
  const boxes = new Map(all('.section').map(box => [box.classList[1], box.firstElementChild?.getBoundingClientRect()]));
  const [calls, memory, inspector] = ['calls', 'memory', 'inspector'].map(area => boxes.get(area));
  expect((memory?.left ?? 0) >= (calls?.right ?? 0)).toBe(width >= 620);
  expect((inspector?.left ?? 0) >= (memory?.right ?? 0)).toBe(width >= 900);
});
