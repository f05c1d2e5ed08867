import { createContext, use } from "react";
import type { VariableGroup } from "@/canvas/operations/scope";
import { issueAt, type Issue } from "@/canvas/state/issues";

export type Path = readonly (string | number)[];

/** What the fields of one node's form share. */
export interface Form {
  node: string;
  isReadOnly: boolean;
  rawFields: readonly string[];
  /** What texts may refer to, in a setting of this name. */
  variablesFor: (field: string) => readonly VariableGroup[];
  issues: readonly Issue[];
  /** Changes a place in the settings; undefined takes it out. */
  set: (path: Path, value: unknown) => void;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = use(FormContext);
  if (!form) throw new Error("useForm is used outside of a node's form");
  return form;
}

/** What the check says about a place, or about what is missing in it. */
export function useIssue(path: Path): string | undefined {
  const { issues } = useForm();
  return issueAt(issues, ["settings", ...path])?.message;
}
