import { useSyncExternalStore } from "react";

let isReachable = true;
const listeners = new Set<() => void>();

/** Takes notice of whether the gateway answered. */
export function reportReachable(now: boolean): void {
  if (now === isReachable) return;
  isReachable = now;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells whether the gateway answered the last time somebody asked. */
export function useIsReachable(): boolean {
  return useSyncExternalStore(subscribe, () => isReachable);
}
