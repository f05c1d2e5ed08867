import { useEffect } from "react";

const VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";

/**
 * Fits the page to what is seen of it: up to the edges of a phone, and above its keyboard. Browsers that lay the
 * keyboard over the page tell how much is left through `visualViewport`; the height goes into `--seen`.
 */
export function useViewport(): void {
  useEffect(() => {
    const meta = document.querySelector<HTMLMetaElement>("meta[name=viewport]");
    const before = meta?.content;
    if (meta) meta.content = VIEWPORT;
    return () => {
      if (meta && before !== undefined) meta.content = before;
    };
  }, []);
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return;
    const { style } = document.documentElement;
    const fit = () => {
      const isCovered = seen.scale === 1 && window.innerHeight - seen.height > 120;
      if (isCovered) style.setProperty("--seen", `${seen.height}px`);
      else style.removeProperty("--seen");
      if (isCovered) window.scrollTo(0, 0);
    };
    seen.addEventListener("resize", fit);
    return () => {
      seen.removeEventListener("resize", fit);
      style.removeProperty("--seen");
    };
  }, []);
}
