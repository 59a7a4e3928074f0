/**
 * Where to scroll an element to, so that `top` … `bottom` (pixels from its content's start) is visible: no further than it takes,
 * and to the beginning where there is more of it than room.
 */
export function revealed({ scrollTop, clientHeight }: Element, top: number, bottom: number): number {
  if (top < scrollTop || bottom - top > clientHeight) return top;
  return Math.max(scrollTop, bottom - clientHeight);
}
