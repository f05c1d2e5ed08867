import { useState } from "react";
import type { ObjectSchema, SchemaValues } from "@/design";
import { useAddSource, useChangeSource, type Source, type SourceKind } from "../api/sources";

interface Draft {
  kind: string;
  name: string;
  hours: number;
  values: SchemaValues;
}

interface Wanted {
  dataset: string;
  source: Source | undefined;
  kinds: readonly SourceKind[];
  onClose: () => void;
}

/** What is being entered of a source, whether it is enough, and what saves it. */
export function useSourceDraft({ dataset, source, kinds, onClose }: Wanted) {
  const add = useAddSource(dataset);
  const change = useChangeSource(dataset, source?.id ?? "");
  const [draft, setDraft] = useState<Draft>(() => draftOf(source, kinds));
  const schema = (kinds.find(({ name }) => name === draft.kind)?.settings_schema ?? {}) as ObjectSchema;
  const kept = Object.fromEntries((source?.secrets ?? []).map((secret) => [secret, "••••••••"]));
  const isMissing = (schema.required ?? []).some((field) => draft.values[field] === undefined && !(field in kept));
  const isReady = draft.name.trim() !== "" && !isMissing;
  const isBusy = add.isPending || change.isPending;
  const save = () => {
    if (!isReady || isBusy) return;
    const body = { name: draft.name.trim(), settings: draft.values };
    if (source) change.mutate({ ...body, every_hours: draft.hours }, { onSuccess: onClose });
    else add.mutate({ ...body, kind: draft.kind, ...(draft.hours > 0 ? { every_hours: draft.hours } : {}) }, { onSuccess: onClose });
  };
  return { draft, setDraft, schema, kept, isReady, isBusy, error: add.error ?? change.error, save };
}

function draftOf(source: Source | undefined, kinds: readonly SourceKind[]): Draft {
  if (!source) return { kind: kinds[0]?.name ?? "", name: "", hours: 0, values: {} };
  return { kind: source.kind, name: source.name, hours: source.every_hours ?? 0, values: source.settings };
}
