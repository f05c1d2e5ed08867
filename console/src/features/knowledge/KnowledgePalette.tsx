import { Library } from "lucide-react";
import { useNavigate } from "react-router";
import { useI18n } from "@/i18n";
import { PaletteGroup, PaletteItem, useSession } from "@/shell";
import { useDatasets } from "./api/datasets";

/** The datasets, in the command palette. */
export default function KnowledgePalette({ onDone }: { onDone: () => void }) {
  const { may } = useSession();
  return may("datasets:read") ? <Datasets onDone={onDone} /> : null;
}

function Datasets({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const datasets = useDatasets();
  if (datasets.items.length === 0) return null;
  return (
    <PaletteGroup heading={t("shell.knowledge")}>
      {datasets.items.slice(0, 50).map((dataset) => (
        <PaletteItem
          key={dataset.id}
          id={dataset.id}
          icon={Library}
          label={dataset.name}
          onSelect={() => {
            onDone();
            void navigate(`/knowledge/${dataset.id}`);
          }}
        />
      ))}
    </PaletteGroup>
  );
}
