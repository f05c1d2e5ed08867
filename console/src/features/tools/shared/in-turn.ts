const AT_ONCE = 3;
const waiting: (() => void)[] = [];
let running = 0;

/**
 * Does `work` when few others are under way. Asking a toolkit waits for somebody else's server, and a browser has only
 * six connections: those that hang must not hold up the rest of the page.
 */
export async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
