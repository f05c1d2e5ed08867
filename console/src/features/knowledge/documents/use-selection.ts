import { useState } from "react";
import type { Doc } from "../api/documents";
import { possible } from "./actions";

export interface Selection {
  has: (id: string) => boolean;
  set: (id: string, isOn: boolean) => void;
  all: boolean | "some";
  setAll: (isOn: boolean) => void;
  clear: () => void;
  chosen: Doc[];
}

/** Which of the documents that are shown are chosen. */
export function useSelection(shown: readonly Doc[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selectable = shown.filter((document) => possible(document).delete);
  const chosen = selectable.filter(({ id }) => ids.has(id));
  return {
    chosen,
    has: (id) => chosen.some((document) => document.id === id),
    set: (id, isOn) => {
      const next = new Set(ids);
      if (isOn) next.add(id);
      else next.delete(id);
      setIds(next);
    },
    all: chosen.length === 0 ? false : chosen.length === selectable.length ? true : "some",
    setAll: (isOn) => setIds(new Set(isOn ? selectable.map(({ id }) => id) : [])),
    clear: () => setIds(new Set()),
  };
}
