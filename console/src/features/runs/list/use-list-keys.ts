import { useEffect, useState } from "react";

/** `j` and `k` choose a row, `Enter` opens it. Returns the key of the chosen one. */
export function useListKeys<Row>(
  rows: readonly Row[] | undefined,
  keyOf: (row: Row) => string,
  onOpen: (row: Row) => void,
): string | undefined {
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isMeantForOthers(event) || !rows?.length) return;
      const at = rows.findIndex((row) => keyOf(row) === chosen);
      if (event.key === "j" || event.key === "k") {
        const next = event.key === "j" ? at + 1 : Math.max(at, 1) - 1;
        const row = rows[Math.min(next, rows.length - 1)];
        if (row) setChosen(keyOf(row));
        event.preventDefault();
      } else if (event.key === "Enter" && at >= 0 && event.target === document.body) {
        const row = rows[at];
        if (row) onOpen(row);
      } else if (event.key === "Escape") setChosen(undefined);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
  useEffect(() => {
    if (chosen !== undefined) document.querySelector(`[data-row="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return chosen;
}

/** Somebody types, a dialog is open, or the browser is meant. */
export function isMeantForOthers(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  return ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
