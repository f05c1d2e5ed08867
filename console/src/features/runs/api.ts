import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, idempotencyKey, type Answer, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";
import type { RunDocument } from "./model";

export type RunSummary = Answer<"/api/v1/runs">["items"][number];
type Shown = Answer<"/api/v1/runs/{run_id}">;
export type RunDetail = Extract<Shown, { nodes: unknown }>;
export type NodeTrace = Answer<"/api/v1/runs/{run_id}/nodes">["items"][number];
export type OpenWaitView = Answer<"/api/v1/runs/{run_id}/waits">["waits"][number];
export type RunOrder = Schema<"RunRequest">;

export interface RunFilter {
  app?: string | undefined;
  status?: "running" | "paused" | "succeeded" | "failed" | "cancelled" | undefined;
  version?: string | undefined;
  via?: string | undefined;
  end_user?: string | undefined;
  since?: string | undefined;
}

const PAGE = 50;

/** Runs, newest first; the list keeps itself up to date while not too much of it is loaded. */
export function useRuns(filter: RunFilter, isLive = true) {
  return useCursorPages<RunSummary>(
    ["runs", "list", filter],
    (cursor, signal) => {
      const query = { ...filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      return call(api.GET("/api/v1/runs", { params: { query }, signal }));
    },
    isLive ? { refetchInterval: 4_000 } : {},
  );
}

/** A run with what its log says; null while no worker has begun it. */
export function useRun(runId: string, options: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: ["runs", "one", runId],
    queryFn: async ({ signal }): Promise<RunDetail | null> => {
      const path = { run_id: runId };
      const shown = await call(api.GET("/api/v1/runs/{run_id}", { params: { path }, signal }));
      return "nodes" in shown ? shown : null;
    },
    ...options,
  });
}

/** What a run runs. It never changes. */
export function useRunDocument(runId: string, enabled = true) {
  return useQuery({
    queryKey: ["runs", "document", runId],
    queryFn: async ({ signal }) => {
      const path = { run_id: runId };
      const shown = await call(api.GET("/api/v1/runs/{run_id}/document", { params: { path }, signal }));
      return shown as unknown as { app_id: string; version: string; is_draft: boolean; document: RunDocument };
    },
    staleTime: Infinity,
    enabled,
  });
}

/** The nodes of a round, or of all rounds of a container. */
export function useRunNodes(runId: string, scope: string, enabled = true) {
  return useCursorPages<NodeTrace>(
    ["runs", "nodes", runId, scope],
    (cursor, signal) => {
      const query = { scope, limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      return call(api.GET("/api/v1/runs/{run_id}/nodes", { params: { path: { run_id: runId }, query }, signal }));
    },
    { enabled },
  );
}

/** What a run waits for, with the links to answer by. `version` changes with every wait that begins or ends. */
export function useWaits(runId: string, version: string, enabled: boolean) {
  return useQuery({
    queryKey: ["runs", "waits", runId, version],
    queryFn: ({ signal }) => call(api.GET("/api/v1/runs/{run_id}/waits", { params: { path: { run_id: runId } }, signal })),
    enabled,
  });
}

export function useAnswerWait(runId: string) {
  return useMutation({
    mutationFn: (body: Schema<"AnswerRequest">) =>
      call(api.POST("/api/v1/runs/{run_id}/answers", { params: { path: { run_id: runId } }, body })),
  });
}

export function useStartRun() {
  return useMutation({
    mutationFn: async (order: RunOrder) => {
      const headers = { "Idempotency-Key": idempotencyKey() };
      const made = await call(api.POST("/api/v1/runs", { body: { ...order, respond: "accepted" }, headers }));
      return made as { id: string; conversation_id?: string | null };
    },
  });
}

type Command = "cancellations" | "pauses" | "resumptions";

/** Stops, pauses, or lets go on. */
export function useRunCommand(runId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (command: Command): Promise<unknown> => {
      const params = { path: { run_id: runId } };
      if (command === "cancellations") return call(api.POST("/api/v1/runs/{run_id}/cancellations", { params, body: {} }));
      if (command === "pauses") return call(api.POST("/api/v1/runs/{run_id}/pauses", { params, body: {} }));
      return call(api.POST("/api/v1/runs/{run_id}/resumptions", { params }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export interface AppName {
  id: string;
  name: string;
  mode: string;
}

/** All apps, to show names in place of ids and to choose from. */
export function useAppNames() {
  return useQuery({
    queryKey: ["runs", "apps"],
    queryFn: async ({ signal }): Promise<AppName[]> => {
      const found: AppName[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { limit: 100, ...(cursor ? { cursor } : {}) };
        const page = await call(api.GET("/api/v1/apps", { params: { query }, signal }));
        found.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor);
      return found;
    },
    staleTime: 30_000,
  });
}

interface NodeTypeView {
  type: string;
  title: string;
  role: string;
  raw_fields: string[];
}

export interface NodeTypes {
  /** Those a document begins with. */
  start: ReadonlySet<string>;
  titleOf: (type: string) => string;
  /** Settings of a type that hold no references. */
  rawOf: (type: string) => readonly string[];
}

export function useNodeTypes() {
  return useQuery({
    queryKey: ["runs", "node-types"],
    queryFn: async ({ signal }): Promise<NodeTypes> => {
      const { items } = (await call(api.GET("/api/v1/node-types", { signal }))) as { items: NodeTypeView[] };
      const byType = new Map(items.map((item) => [item.type, item]));
      return {
        start: new Set(items.filter((item) => item.role === "start").map((item) => item.type)),
        titleOf: (type) => byType.get(type)?.title ?? type,
        rawOf: (type) => byType.get(type)?.raw_fields ?? [],
      };
    },
    staleTime: 300_000,
  });
}
