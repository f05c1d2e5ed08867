import type { Params } from "react-router";

/** The end of a run's id: enough to tell runs apart in a path. */
export function RunCrumb({ params }: { params: Params }) {
  return <span translate="no">…{(params["runId"] ?? "").slice(-6)}</span>;
}
