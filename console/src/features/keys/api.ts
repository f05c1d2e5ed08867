import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Key = Schema<"KeyView">;
export type NewKey = Schema<"NewKeyView">;
export type KeyScope = Schema<"KeyRequest">["scopes"][number];

export function useKeys() {
  return useCursorPages(["keys"], (cursor, signal) =>
    call(api.GET("/api/v1/keys", { params: { query: cursor ? { cursor } : {} }, signal })),
  );
}

export function useCreateKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<"KeyRequest">) => call(api.POST("/api/v1/keys", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
}

export function useChangeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string } & Schema<"KeyChange">) =>
      call(api.PATCH("/api/v1/keys/{key_id}", { params: { path: { key_id: id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
}

export function useRevokeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
}
