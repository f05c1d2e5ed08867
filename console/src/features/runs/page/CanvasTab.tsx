import { Workflow } from "lucide-react";
import { EmptyState } from "@/design";
import { useI18n } from "@/i18n";
import type { RunModel } from "../model";
import type { RunFacts } from "./use-run-facts";

interface CanvasTabProps {
  run: RunModel;
  facts: RunFacts;
  selected: string | undefined;
  onSelect: (place: string | undefined) => void;
}

/** The document that ran, with how its nodes went. */
export function CanvasTab({ facts }: CanvasTabProps) {
  const { t } = useI18n();
  return <EmptyState icon={Workflow} title={facts.document ? t("runs.tabCanvas") : t("runs.noDocument")} isCompact />;
}
