import { Card, DataList } from "@/design";
import { useI18n } from "@/i18n";
import type { Dataset } from "../api/datasets";

/** Where a dataset that is kept elsewhere is asked. */
export function Place({ external }: { external: NonNullable<Dataset["external"]> }) {
  const { t } = useI18n();
  return (
    <Card title={t("external.place")} description={t("external.placeHint")}>
      <DataList
        items={[
          { label: t("external.endpoint"), value: <code>{external.endpoint}</code> },
          { label: t("external.knowledgeId"), value: <code>{external.knowledge_id}</code> },
        ]}
      />
    </Card>
  );
}
