import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, call } from "@/api/client";
import { ApiProblem } from "@/api/problem";
import type { Dataset } from "../api/datasets";

export interface ExternalDraft {
  name: string;
  endpoint: string;
  knowledgeId: string;
  apiKey: string;
}

/** What was made, and why it could not be searched if it could not. */
export interface Connected {
  dataset: Dataset;
  refusal: string | undefined;
}

/** Makes a dataset that is kept elsewhere, and asks it once: there is no other way to know that it answers. */
export function useConnectExternal(trial: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, endpoint, knowledgeId, apiKey }: ExternalDraft): Promise<Connected> => {
      const external = { endpoint: endpoint.trim(), knowledge_id: knowledgeId.trim(), api_key: apiKey || null };
      const dataset = await call(api.POST("/api/v1/datasets", { body: { name: name.trim(), external } }));
      return { dataset, refusal: await refusalOf(dataset.id, trial) };
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["datasets"] }),
  });
}

async function refusalOf(dataset: string, query: string): Promise<string | undefined> {
  try {
    await call(api.POST("/api/v1/datasets/{dataset}/searches", { params: { path: { dataset } }, body: { query, top_k: 1 } }));
    return undefined;
  } catch (error) {
    if (error instanceof ApiProblem) return error.message;
    throw error;
  }
}
