import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, call, type Schema } from "@/api/client";
import { useCursorPages } from "@/api/query";

export type Member = Schema<"PersonView">;
export type Invitation = Schema<"InvitationView">;
export type NewInvitation = Schema<"NewInvitationView">;
export type Role = Schema<"MemberChanges">["role"];

/** From the least to the most. */
export const ROLES = ["viewer", "editor", "admin", "operator"] as const satisfies readonly Role[];

export function useMembers() {
  return useCursorPages(["members"], (cursor, signal) =>
    call(api.GET("/api/v1/members", { params: { query: cursor ? { cursor } : {} }, signal })),
  );
}

export function useInvitations() {
  return useQuery({
    queryKey: ["invitations"],
    queryFn: ({ signal }) => call(api.GET("/api/v1/invitations", { signal })),
  });
}

/** Changes something about people, then reads them anew. */
function useChange<Sent, Got>(change: (sent: Sent) => Promise<Got>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(["members", "invitations"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

export function useInvite() {
  return useChange((body: Schema<"InvitationRequest">) => call(api.POST("/api/v1/invitations", { body })));
}

export function useWithdraw() {
  return useChange((id: string) => call(api.DELETE("/api/v1/invitations/{invitation_id}", { params: { path: { invitation_id: id } } })));
}

export function useChangeRole() {
  return useChange(({ id, role }: { id: string; role: Role }) =>
    call(api.PATCH("/api/v1/members/{member_id}", { params: { path: { member_id: id } }, body: { role } })),
  );
}

export function useRemoveMember() {
  return useChange((id: string) => call(api.DELETE("/api/v1/members/{member_id}", { params: { path: { member_id: id } } })));
}

export function usePasswordLink() {
  return useChange((id: string) => call(api.POST("/api/v1/members/{member_id}/password-links", { params: { path: { member_id: id } } })));
}

/** The address to hand on. What is behind the `#` never reaches a server's log. */
export function addressOf({ token }: Pick<NewInvitation, "token">): string {
  return `${window.location.origin}/join#${token}`;
}
