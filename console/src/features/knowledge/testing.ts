import type { Dataset } from "./api/datasets";
import type { Chunk } from "./api/chunks";
import type { Doc } from "./api/documents";

/** Things for tests, as the gateway sends them. */
export function dataset(name: string, more: Partial<Dataset> = {}): Dataset {
  return {
    id: `ds_${name}`,
    name,
    description: "",
    embedding_model: "echo/hash-256",
    dimensions: 256,
    store: "sqlite",
    chunker: "general",
    chunk_spec: { max_chars: 1000, overlap_chars: 100, separators: ["\n\n", " "] },
    documents: 2,
    chunks: 7,
    created_at: "2026-01-01T00:00:00Z",
    ...more,
  };
}

export function doc(name: string, more: Partial<Doc> = {}): Doc {
  return {
    id: `doc_${name}`,
    dataset_id: "ds_garden",
    name,
    mime_type: "text/markdown",
    size_bytes: 1200,
    status: "ready",
    chunks_done: 3,
    chunks_total: 3,
    error: null,
    error_code: null,
    metadata: {},
    content_hash: "h",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...more,
  };
}

export function chunk(seq: number, text: string, more: Partial<Chunk> = {}): Chunk {
  return { id: `doc_a.1.${seq}`, seq, text, ...more };
}

export function list<T>(items: T[], next_cursor: string | null = null) {
  return { items, next_cursor };
}

export function statistics(by_status: Record<string, number>) {
  return { by_status, disabled: 0, size_bytes: 2400, chunks: 6, stored_chunks: 6, failures: [] };
}
