import type { WorkflowDocument } from "@/canvas";

/** Edits that could not be saved yet. */
export interface Kept {
  base: WorkflowDocument;
  document: WorkflowDocument;
}

const STORE = "drafts";

/** A name of this tab that a reload keeps. */
const TAB = (() => {
  const known = sessionStorage.getItem("skep.tab");
  if (known) return known;
  const fresh = crypto.randomUUID();
  sessionStorage.setItem("skep.tab", fresh);
  return fresh;
})();

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("skep", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB cannot be opened"));
  });
}

async function within<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const request = ask(database.transaction(STORE, mode).objectStore(STORE));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}

/** Keeps a tab's unsaved edits of an app on this machine, also when the page is closed. */
export function draftKeeper(app: string): { keep: (kept: Kept) => void; forget: () => void; release: () => void } {
  const key = `${app}/${TAB}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let release: () => void = () => undefined;
  // While this tab lives it holds the lock, so that others leave its edits alone.
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  void locks()?.request(`skep-draft/${key}`, () => held);
  return {
    keep: (kept) => {
      clearTimeout(timer);
      timer = setTimeout(() => void within("readwrite", (store) => store.put(kept, key)).catch(() => undefined), 250);
    },
    forget: () => {
      clearTimeout(timer);
      void within("readwrite", (store) => store.delete(key)).catch(() => undefined);
    },
    release: () => release(),
  };
}

function locks(): LockManager | undefined {
  return "locks" in navigator ? navigator.locks : undefined;
}

/** Takes the edits of an app that tabs have left which are gone. */
export async function takeLeftEdits(app: string): Promise<Kept[]> {
  try {
    const keys = await within("readonly", (store) => store.getAllKeys(IDBKeyRange.bound(`${app}/`, `${app}/\uffff`)));
    const taken: Kept[] = [];
    for (const key of keys) {
      if (typeof key !== "string" || !(await isLeft(key))) continue;
      const kept = (await within("readonly", (store) => store.get(key))) as Kept | undefined;
      await within("readwrite", (store) => store.delete(key));
      if (kept) taken.push(kept);
    }
    return taken;
  } catch {
    return [];
  }
}

async function isLeft(key: string): Promise<boolean> {
  if (key.endsWith(TAB)) return true;
  const manager = locks();
  if (!manager) return false;
  return manager.request(`skep-draft/${key}`, { ifAvailable: true }, (lock) => lock !== null);
}
