/**
 * Scrolls an element's content just so far that `top` … `bottom` (pixels from the content's start) is visible; its beginning
 * where there is more of it than room.
 */
export function revealVertically(scroller: Element, top: number, bottom: number): void {
  if (top < scroller.scrollTop || bottom - top > scroller.clientHeight) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}
