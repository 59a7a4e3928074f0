// The page as tests and pictures look at it: elements inside of components, text as it is read, and waiting.

/** Waits until the components have rendered and the next frame was painted. */
export async function settle(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await new Promise(resolve => requestAnimationFrame(resolve));
}

/** Waits for a condition, at most two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 2000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not so within two seconds: ${condition}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** All matching elements, also those inside of components. */
export function deepAll(root: ParentNode, selector: string): Element[] {
  const found = [...root.querySelectorAll(selector)];
  for (const element of root.querySelectorAll('*')) {
    if (element.shadowRoot) found.push(...deepAll(element.shadowRoot, selector));
  }
  return found;
}

/** Text as it is read: runs of white space are one space. */
export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}
