import { useMutation } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";

export type DraftWish = Omit<Schema<"ModelDraftRequest">, "wish" | "current">;
export type Draft = Schema<"ModelDraftView">;

export function useDraft() {
  return useMutation({ mutationFn: (body: Schema<"ModelDraftRequest">) => call(api.POST("/api/v1/drafts", { body })) });
}
