import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { createQueryClient } from "@/api/query";
import { ToastProvider, TooltipProvider } from "@/design";
import { I18nProvider, loadMessages, preferredLanguage } from "@/i18n";
import { createRouter } from "@/shell/router";

/** Shows the console: everything but the public pages of apps. */
export async function show(root: HTMLElement): Promise<void> {
  const language = preferredLanguage();
  const messages = await loadMessages(language);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider language={language} messages={messages}>
        <QueryClientProvider client={createQueryClient()}>
          <TooltipProvider delayDuration={350}>
            <ToastProvider>
              <RouterProvider router={createRouter()} />
            </ToastProvider>
          </TooltipProvider>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
