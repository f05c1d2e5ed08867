import type { Schema } from "@/api/client";

export type Site = Schema<"PublicSiteView">;
export type SiteLook = Schema<"SiteLook">;
export type SiteRun = Schema<"SiteRunView">;

/** What a visitor sends. */
export interface Order {
  /** The same for every attempt at the same thing, so that it is done once. */
  key: string;
  query?: string;
  inputs?: Record<string, unknown>;
  conversationId?: string | undefined;
}

export type SiteEvent =
  | { name: "run"; data: { id: string; conversation_id: string | null } }
  | { name: "text"; data: { offset: number; text: string } }
  | { name: "reset"; data: { offset: number } }
  | { name: "end"; data: SiteRun };
