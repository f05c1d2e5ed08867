/** Runs: what other features show and use of them. */
export * from "./model";
export { useAppNames, useNodeTypes, useRun, useRunCommand, useRuns, useStartRun, type AppName, type NodeTypes, type RunDetail, type RunSummary } from "./api";
export { labelOf, startFields, type FileEntry, type FormField, type FormState } from "./form/fields";
export { formState, readForm, type Fault } from "./form/form-state";
export { FormFields } from "./form/FormFields";
export { runIdIn } from "./list/filter";
export { useListKeys } from "./list/use-list-keys";
export { useShowOnCanvas } from "./live/show-on-canvas";
export { useLasting, useNow, useRunStream } from "./live/use-run-stream";
export { NodeDetails } from "./node/NodeDetails";
export { ProblemText } from "./page/RunOutcome";
export { StatusDot } from "./timeline/TimelineRow";
export { WaitsCard } from "./waits/WaitsCard";
export { FileRow, sendFile } from "./form/FileField";
export type { RunFacts } from "./page/use-run-facts";
export { NodeStatusBadge, RunStatusBadge } from "./status";
export { StreamingText } from "./values/StreamingText";
export { JsonTree } from "./values/JsonTree";
