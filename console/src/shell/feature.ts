import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import type { Params, RouteObject } from "react-router";
import type { Schema } from "@/api/client";
import type { PlainKey } from "@/i18n";

export type Scope = Schema<"KeyRequest">["scopes"][number];

export interface NavigationItem {
  to: string;
  label: PlainKey;
  icon: LucideIcon;
  group: "build" | "operate" | "manage";
  /** Position in the group; leave gaps. */
  order: number;
  /** Only those who have it see the item. */
  scope?: Scope;
}

/** A page of one app, at `/apps/{app}/{path}`, with a tab; read the app's id with `useParams().app`. */
export interface AppPage {
  /** Empty for the page an app opens with. */
  path: string;
  label: PlainKey;
  order: number;
  scope?: Scope;
  /** The page fills the window and scrolls itself. */
  isFull?: boolean;
  lazy: NonNullable<RouteObject["lazy"]>;
  /** Pages below it, without a tab of their own. */
  children?: RouteObject[];
}

/** What a folder of `features/` offers to the shell: the export `feature` of its `feature.tsx`. */
export interface Feature {
  navigation?: NavigationItem[];
  /** Pages inside the shell, for those who are signed in. Give each a `lazy` import and a `handle`. */
  routes?: RouteObject[];
  /** Pages of one app, shown as tabs in it. */
  appPages?: AppPage[];
  /** Pages of their own, without navigation and without a session. */
  bareRoutes?: RouteObject[];
  /** More entries for the command palette; loaded when it opens. */
  palette?: ComponentType<{ onDone: () => void }>;
}

/** The `handle` of a route. */
export interface PageHandle {
  /** What the path at the top says: a text, or a component that finds a name. */
  crumb?: PlainKey | ComponentType<{ params: Params }>;
  /** The page fills the window and scrolls itself, like a canvas. */
  isFull?: boolean;
}
