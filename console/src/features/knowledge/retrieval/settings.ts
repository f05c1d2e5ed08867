import type { Search, SearchMode } from "../api/retrieval";

export const MODES = ["hybrid", "semantic", "full_text"] as const satisfies readonly SearchMode[];
export const NO_MODEL = "none";

/** How is searched, as it is typed. */
export interface SearchDraft {
  mode: SearchMode;
  topK: string;
  vectorWeight: number;
  /** Empty for none. */
  threshold: string;
  rerankModel: string;
  fusion: Fusion;
  /** Chunks before and behind each hit. */
  expand: string;
  /** How many other wordings a model writes. */
  wordings: string;
  wordingModel: string;
  distinct: boolean;
}

type Fusion = NonNullable<Search["fusion"]>;
export const FUSIONS = ["weights", "ranks"] as const satisfies readonly Fusion[];
export const DEFAULT_MODEL = "default";

export const FIRST_DRAFT: SearchDraft = {
  mode: "hybrid",
  topK: "5",
  vectorWeight: 0.5,
  threshold: "",
  rerankModel: NO_MODEL,
  fusion: "weights",
  expand: "0",
  wordings: "0",
  wordingModel: DEFAULT_MODEL,
  distinct: false,
};

export type SearchFaults = Record<"topK" | "threshold" | "expand" | "wordings", boolean>;

export function faultsOf({ topK, threshold, expand, wordings }: SearchDraft): SearchFaults {
  const count = Number(topK);
  const least = Number(threshold);
  return {
    topK: topK.trim() === "" || !Number.isInteger(count) || count < 1 || count > 500,
    threshold: threshold.trim() !== "" && !(least >= 0 && least <= 1),
    expand: !isWhole(expand, 10),
    wordings: !isWhole(wordings, 8),
  };
}

function isWhole(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) <= most;
}

/** Writes a search into the address, without what is as it is at first. */
export function paramsOf(query: string, draft: SearchDraft): Record<string, string> {
  const all = written(draft);
  const first: Record<string, string> = written(FIRST_DRAFT);
  return { query, ...Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== first[name])) };
}

function written(draft: SearchDraft) {
  return {
    mode: draft.mode,
    top_k: draft.topK,
    weight: String(draft.vectorWeight),
    least: draft.threshold,
    rerank: draft.rerankModel,
    fusion: draft.fusion,
    expand: draft.expand,
    wordings: draft.wordings,
    wording_model: draft.wordingModel,
    distinct: String(draft.distinct),
  };
}

export function draftIn(params: URLSearchParams): SearchDraft {
  const weight = Number(params.get("weight") ?? "0.5");
  return {
    mode: MODES.find((mode) => mode === params.get("mode")) ?? FIRST_DRAFT.mode,
    topK: params.get("top_k") ?? FIRST_DRAFT.topK,
    vectorWeight: weight >= 0 && weight <= 1 ? weight : FIRST_DRAFT.vectorWeight,
    threshold: params.get("least") ?? FIRST_DRAFT.threshold,
    rerankModel: params.get("rerank") ?? FIRST_DRAFT.rerankModel,
    fusion: FUSIONS.find((fusion) => fusion === params.get("fusion")) ?? FIRST_DRAFT.fusion,
    expand: params.get("expand") ?? FIRST_DRAFT.expand,
    wordings: params.get("wordings") ?? FIRST_DRAFT.wordings,
    wordingModel: params.get("wording_model") ?? FIRST_DRAFT.wordingModel,
    distinct: params.get("distinct") === "true",
  };
}

export function isFaulty(draft: SearchDraft): boolean {
  return Object.values(faultsOf(draft)).some(Boolean);
}

export function searchOf(query: string, draft: SearchDraft): Search {
  return {
    query,
    mode: draft.mode,
    top_k: Number(draft.topK),
    vector_weight: draft.vectorWeight,
    score_threshold: draft.threshold.trim() === "" ? null : Number(draft.threshold),
    rerank_model: draft.rerankModel === NO_MODEL ? null : draft.rerankModel,
    fusion: draft.fusion,
    expand: Number(draft.expand),
    rewording: Number(draft.wordings) > 0 ? { count: Number(draft.wordings), model: draft.wordingModel } : null,
    distinct: draft.distinct,
  };
}
