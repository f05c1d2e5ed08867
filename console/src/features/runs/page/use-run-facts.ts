import { useMemo } from "react";
import { useI18n } from "@/i18n";
import { useAppNames, useNodeTypes, useRun, useRunDocument, type NodeTypes, type RunDetail } from "../api";
import type { FollowedRun } from "../live/run-follower";
import { isEnded, type RunDocument } from "../model";

/** What is known of a run beside its log. */
export interface RunFacts {
  appId: string | undefined;
  appName: string;
  mode: string | undefined;
  document: RunDocument | undefined;
  /** It is not stored any more. */
  isDocumentMissing: boolean;
  nodeTypes: NodeTypes | undefined;
  /** Read when the run has ended, or its log cannot be: values that the log keeps apart are in it. */
  detail: RunDetail | undefined;
  titleOf: (node: string) => string;
  typeOf: (type: string) => string;
}

export function useRunFacts(runId: string, { run, problem }: FollowedRun): RunFacts {
  const { t } = useI18n();
  const apps = useAppNames();
  const nodeTypes = useNodeTypes();
  const isBegun = run.lastNumber > 0;
  const detail = useRun(runId, { enabled: isEnded(run.status) || problem !== undefined });
  const document = useRunDocument(runId, isBegun || Boolean(detail.data));
  const appId = run.started?.app_id ?? detail.data?.app_id;
  return useMemo(() => {
    const app = apps.data?.find((one) => one.id === appId);
    const nodes = document.data?.document.nodes;
    return {
      appId,
      appName: app?.name ?? (apps.data && appId ? t("runs.deletedApp") : ""),
      mode: run.started?.mode ?? app?.mode,
      document: document.data?.document,
      isDocumentMissing: document.isError,
      nodeTypes: nodeTypes.data,
      detail: detail.data ?? undefined,
      titleOf: (node) => nodes?.[node]?.title || node,
      typeOf: (type) => nodeTypes.data?.titleOf(type) ?? type,
    };
  }, [appId, apps.data, document.data, document.isError, nodeTypes.data, detail.data, run.started?.mode, t]);
}
