import "@/design/reset.css";
import "@/design/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { createQueryClient } from "@/api/query";
import { ToastProvider, TooltipProvider } from "@/design";
import { I18nProvider, loadMessages, preferredLanguage } from "@/i18n";
import { createRouter } from "@/shell/router";
import { reloadAfterUpgrade } from "@/shell/upgrade";

reloadAfterUpgrade();
// The page's policy lets components write only style elements that carry this.
setNonce(document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "");

const root = document.getElementById("root");
if (root) {
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
