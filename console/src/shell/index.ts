/** What features use of the shell. */
export { PaletteGroup, PaletteItem } from "@/shell/CommandPalette";
export { NotFound } from "@/shell/RouteError";
export { useSession, useSignedIn } from "@/shell/session";
export { TopBarActions } from "@/shell/TopBarActions";
export type { Feature, PageHandle } from "@/shell/feature";
