import { createStore, type StoreApi } from "zustand/vanilla";

export const AT_ONCE = 3;
export const MOST_BYTES = 1024 * 1024 * 1024;

export type UploadState = "waiting" | "sending" | "done" | "failed";

export interface Upload<T> {
  id: number;
  /** What it belongs to: uploads of several datasets wait in one line. */
  group: string;
  file: File;
  state: UploadState;
  /** How much has been sent, from 0 to 1; then the gateway works on it. */
  share: number;
  /** A fault that is known without sending anything. */
  fault?: "empty" | "tooLarge";
  error?: unknown;
  result?: T;
}

export interface SendOptions {
  onProgress: (sent: number, total: number) => void;
  signal: AbortSignal;
}

export interface UploadQueue<T> {
  store: StoreApi<{ uploads: readonly Upload<T>[] }>;
  add: (group: string, files: readonly File[]) => void;
  /** Stops it and takes it out of the list. */
  remove: (id: number) => void;
  retry: (id: number) => void;
  /** Takes everything of a group out of the list, and stops what is under way. */
  clear: (group: string) => void;
}

/** A line of files of which a few are sent at once; one that fails keeps no other from being sent. */
export function createUploadQueue<T>(
  send: (group: string, file: File, options: SendOptions) => Promise<T>,
  onSettled: (upload: Upload<T>) => void = () => undefined,
): UploadQueue<T> {
  const store = createStore<{ uploads: readonly Upload<T>[] }>(() => ({ uploads: [] }));
  const running = new Map<number, AbortController>();
  let count = 0;

  const change = (id: number, to: Partial<Upload<T>>) =>
    store.setState(({ uploads }) => ({ uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...to } : upload)) }));

  const start = async ({ id, group, file }: Upload<T>) => {
    const controller = new AbortController();
    running.set(id, controller);
    change(id, { state: "sending", share: 0, error: undefined });
    try {
      const onProgress = (sent: number, total: number) => change(id, { share: total > 0 ? sent / total : 0 });
      const result = await send(group, file, { onProgress, signal: controller.signal });
      change(id, { state: "done", share: 1, result });
    } catch (error) {
      change(id, { state: "failed", error });
    }
    running.delete(id);
    const settled = store.getState().uploads.find((upload) => upload.id === id);
    if (settled) onSettled(settled);
    pump();
  };

  const pump = () => {
    for (const upload of store.getState().uploads) {
      if (running.size >= AT_ONCE) return;
      if (upload.state === "waiting") void start(upload);
    }
  };

  const add = (group: string, files: readonly File[]) => {
    const added = files.map((file): Upload<T> => {
      count += 1;
      const fault = file.size === 0 ? "empty" : file.size > MOST_BYTES ? "tooLarge" : undefined;
      return { id: count, group, file, share: 0, state: fault ? "failed" : "waiting", ...(fault ? { fault } : {}) };
    });
    store.setState(({ uploads }) => ({ uploads: [...uploads, ...added] }));
    pump();
  };

  const remove = (id: number) => {
    store.setState(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.id !== id) }));
    running.get(id)?.abort();
  };

  return {
    store,
    add,
    remove,
    retry: (id) => {
      change(id, { state: "waiting", share: 0 });
      pump();
    },
    clear: (group) => {
      for (const upload of store.getState().uploads) if (upload.group === group) remove(upload.id);
    },
  };
}
