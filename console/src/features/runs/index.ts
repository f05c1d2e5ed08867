/** Runs: what other features show and use of them. */
export * from "./model";
export { useAppNames, useNodeTypes, useRun, useRuns, type AppName, type NodeTypes, type RunDetail, type RunSummary } from "./api";
export { labelOf, startFields, type FileEntry, type FormField, type FormState } from "./form/fields";
export { formState, readForm, type Fault } from "./form/form-state";
export { FormFields } from "./form/FormFields";
export { runIdIn } from "./list/filter";
export { useNow, useRunStream } from "./live/use-run-stream";
export type { RunFacts } from "./page/use-run-facts";
export { NodeStatusBadge, RunStatusBadge } from "./status";
export { StreamingText } from "./values/StreamingText";
export { JsonTree } from "./values/JsonTree";
