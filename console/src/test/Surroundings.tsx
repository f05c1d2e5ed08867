import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { ToastProvider, TooltipProvider } from "@/design";
import { I18nProvider } from "@/i18n";
import { en } from "@/i18n/en";

/** What a component of the console stands in, for tests: texts, cache, toasts, router. */
export function Surroundings({ children, at = "/" }: { children: ReactNode; at?: string }) {
  const router = createMemoryRouter([{ path: "*", element: children }], { initialEntries: [at] });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return (
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
}
