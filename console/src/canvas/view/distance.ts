import { createContext, use } from "react";

/** Below this zoom nobody reads names. */
export const FAR = 0.3;

/** Whether the canvas is seen from so far that nodes are drawn as plain boxes. */
export const FarContext = createContext(false);

export function useIsFar(): boolean {
  return use(FarContext);
}
