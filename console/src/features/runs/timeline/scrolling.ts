import { useEffect, useRef, useState } from "react";

/** What of a scrolling element is seen, kept true. */
export function useScrollWindow(element: HTMLElement | null): { scrollTop: number; height: number } {
  const [seen, setSeen] = useState({ scrollTop: 0, height: 600 });
  useEffect(() => {
    if (!element) return;
    const measure = () => setSeen({ scrollTop: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [element]);
  return seen;
}

/** Scrolls only as far as a row needs to be seen, below what sticks to the top. */
export function reveal(element: HTMLElement | null, top: number, height: number): void {
  if (!element) return;
  const room = element.clientHeight - 40;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room;
}

/** Ctrl and the wheel zoom, and what is under the pointer stays there. */
export function useWheelZoom(element: HTMLElement | null, zoomBy: (factor: number) => void): void {
  const anchor = useRef({ share: 0, x: 0 });
  useEffect(() => {
    if (!element) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const x = event.clientX - element.getBoundingClientRect().left;
      anchor.current = { share: (element.scrollLeft + x) / element.scrollWidth, x };
      zoomBy(event.deltaY < 0 ? 1.25 : 0.8);
      requestAnimationFrame(() => {
        element.scrollTo({ left: anchor.current.share * element.scrollWidth - anchor.current.x });
      });
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [element, zoomBy]);
}
