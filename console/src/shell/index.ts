/** What features use of the shell. */
export { appPages } from "@/shell/features";
export { PaletteGroup, PaletteItem } from "@/shell/CommandPalette";
export { NotFound } from "@/shell/RouteError";
export { useSession, useSignedIn } from "@/shell/session";
export { TopBarActions } from "@/shell/TopBarActions";
export type { AppPage, Feature, PageHandle } from "@/shell/feature";
