import { createContext, use } from "react";

/** The zoom below which nodes are plain boxes: where nobody reads names, and sooner where there are many. */
export function farBelow(nodes: number): number {
  return nodes > 150 ? 0.45 : 0.25;
}

/** Whether the canvas is seen from so far that nodes are drawn as plain boxes. */
export const FarContext = createContext(false);

export function useIsFar(): boolean {
  return use(FarContext);
}
