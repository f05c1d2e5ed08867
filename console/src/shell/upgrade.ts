const STORAGE_KEY = "skep.reloaded-at";
const AT_MOST_EVERY_MS = 10_000;

/**
 * Loads the page again when a part of it is gone: the gateway was upgraded and its files have other names now.
 * Not twice in a row, so that a part that is really missing shows as the error it is.
 */
export function reloadAfterUpgrade(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(STORAGE_KEY) ?? 0);
    if (Date.now() - last < AT_MOST_EVERY_MS) return;
    sessionStorage.setItem(STORAGE_KEY, String(Date.now()));
    event.preventDefault();
    window.location.reload();
  });
}
