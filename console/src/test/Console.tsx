import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { createMemoryRouter, RouterProvider } from "react-router";
import { createQueryClient } from "@/api/query";
import { ToastProvider, TooltipProvider } from "@/design";
import { I18nProvider } from "@/i18n";
import { en } from "@/i18n/en";
import { routes } from "@/shell/router";

/** The whole console at an address, as a browser would show it. */
export function consoleAt(address: string) {
  const router = createMemoryRouter(routes(), { initialEntries: [address] });
  const queries: QueryClient = createQueryClient();
  const element = (
    <I18nProvider language="en" messages={en}>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </TooltipProvider>
      </QueryClientProvider>
    </I18nProvider>
  );
  return { element, router };
}
