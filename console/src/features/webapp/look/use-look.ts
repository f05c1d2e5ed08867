import { useEffect, useSyncExternalStore } from "react";
import type { SiteLook } from "../api/types";
import { accentTokens } from "./colors";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Whether a page is light or dark: as its owner chose, else as the visitor's system is. */
export function useLookTheme(theme: SiteLook["theme"]): "light" | "dark" {
  const isDark = useSyncExternalStore(
    (listener) => {
      dark.addEventListener("change", listener);
      return () => dark.removeEventListener("change", listener);
    },
    () => dark.matches,
  );
  if (theme === "light" || theme === "dark") return theme;
  return isDark ? "dark" : "light";
}

/** Gives the whole document the look of the page, menus and lists over it as well. */
export function useDocumentLook(look: SiteLook | undefined): void {
  const theme = useLookTheme(look?.theme ?? "auto");
  const color = look?.color;
  useEffect(() => {
    const { documentElement: root } = document;
    const before = root.dataset["theme"];
    root.dataset["theme"] = theme;
    const tokens = color === undefined ? {} : accentTokens(color, theme);
    for (const [name, value] of Object.entries(tokens)) root.style.setProperty(name, value);
    return () => {
      if (before !== undefined) root.dataset["theme"] = before;
      for (const name of Object.keys(tokens)) root.style.removeProperty(name);
    };
  }, [theme, color]);
}
