import { useNavigate } from "react-router";
import { LayoutGrid } from "lucide-react";
import { useI18n } from "@/i18n";
import { PaletteGroup, PaletteItem } from "@/shell/CommandPalette";
import { useApps } from "./api";

/** The apps edited last, in the command palette. */
export default function AppPalette({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const apps = useApps({ search: "", tag: "", mode: "", sort: "updated" });
  return (
    <PaletteGroup heading={t("apps.title")}>
      {apps.items.map((app) => (
        <PaletteItem
          key={app.id}
          id={app.id}
          icon={LayoutGrid}
          label={app.name}
          hint={t(`apps.${app.mode}`)}
          keywords={app.tags}
          onSelect={() => {
            onDone();
            void navigate(`/apps/${app.id}`);
          }}
        />
      ))}
    </PaletteGroup>
  );
}
