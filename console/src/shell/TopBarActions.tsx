import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { useTopBarPlace } from "@/shell/top-bar-place";

/** Puts a page's own actions at the right of the path: saved state, run, publish. */
export function TopBarActions({ children }: { children: ReactNode }) {
  const { place } = useTopBarPlace();
  return place && createPortal(children, place);
}
