import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { TooltipProvider } from "@/design";
import { SitePage } from "./SitePage";

/** Shows the page of a published app by itself: whoever opens its address loads nothing of the console. */
export function show(root: HTMLElement): Promise<void> {
  const slug = decodeURIComponent(location.pathname.split("/")[2] ?? "");
  createRoot(root).render(
    <StrictMode>
      <TooltipProvider delayDuration={350}>
        <SitePage slug={slug} isEmbedded={new URLSearchParams(location.search).has("embed")} />
      </TooltipProvider>
    </StrictMode>,
  );
  return Promise.resolve();
}
