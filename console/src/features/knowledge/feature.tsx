import { Library } from "lucide-react";
import { lazy } from "react";
import type { Feature, PageHandle } from "@/shell/feature";
import { DatasetCrumb, DocumentCrumb } from "./Crumbs";

export const feature: Feature = {
  navigation: [{ to: "/knowledge", label: "shell.knowledge", icon: Library, group: "build", order: 20, scope: "datasets:read" }],
  palette: lazy(() => import("./KnowledgePalette")),
  routes: [
    {
      path: "/knowledge",
      handle: { crumb: "shell.knowledge" } satisfies PageHandle,
      children: [
        { index: true, lazy: () => import("./DatasetsPage") },
        {
          path: ":dataset",
          handle: { crumb: DatasetCrumb } satisfies PageHandle,
          children: [
            {
              lazy: () => import("./DatasetLayout"),
              children: [
                { index: true, lazy: () => import("./documents/DocumentsPage") },
                { path: "sources", lazy: () => import("./sources/SourcesPage") },
                { path: "retrieval", lazy: () => import("./retrieval/RetrievalPage") },
                { path: "settings", lazy: () => import("./settings/SettingsPage") },
              ],
            },
            {
              path: "documents/:document",
              handle: { crumb: DocumentCrumb } satisfies PageHandle,
              lazy: () => import("./document/DocumentPage"),
            },
          ],
        },
      ],
    },
  ],
};
