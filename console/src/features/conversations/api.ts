import { useQuery } from "@tanstack/react-query";
import { api, call, type Answer } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Conversation = Answer<"/api/v1/conversations">["items"][number];
export type Message = Answer<"/api/v1/conversations/{conversation_id}/messages">["items"][number];

export function useConversations(app: string | undefined) {
  return useCursorPages<Conversation>(
    ["conversations", "list", app],
    (cursor, signal) => {
      const query = { limit: 50, ...(app ? { app } : {}), ...(cursor === undefined ? {} : { cursor }) };
      return call(api.GET("/api/v1/conversations", { params: { query }, signal }));
    },
    { refetchInterval: 8_000 },
  );
}

export function useConversation(id: string) {
  return useQuery({
    queryKey: ["conversations", "one", id],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } }, signal })),
    refetchInterval: 8_000,
  });
}

/** Turns, the oldest first. */
export function useMessages(id: string) {
  return useCursorPages<Message>(
    ["conversations", "messages", id],
    (cursor, signal) => {
      const params = { path: { conversation_id: id }, query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) } };
      return call(api.GET("/api/v1/conversations/{conversation_id}/messages", { params, signal }));
    },
    { refetchInterval: 8_000 },
  );
}

export function useVariables(id: string) {
  return useQuery({
    queryKey: ["conversations", "variables", id],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/conversations/{conversation_id}/variables", { params: { path: { conversation_id: id } }, signal })),
    refetchInterval: 8_000,
  });
}
