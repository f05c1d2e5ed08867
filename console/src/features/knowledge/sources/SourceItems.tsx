import { Rss } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Badge, Drawer, EmptyState, ErrorState, LoadMore, Select, Table, type Column, type Tone } from "@/design";
import { useI18n } from "@/i18n";
import { OUTCOMES, useSourceItems, type Outcome, type Source, type SourceItem } from "../api/sources";
import styles from "./Sources.module.css";

const ANY = "any";
const TONES: Partial<Record<Outcome, Tone>> = { added: "succeeded", changed: "accent", failed: "failed" };

/** What was met at a source, and what became of each. */
export function SourceItems({ dataset, source, onClose }: { dataset: string; source: Source; onClose: () => void }) {
  const { t } = useI18n();
  const [outcome, setOutcome] = useState<Outcome>();
  const items = useSourceItems(dataset, source.id, outcome);
  const known = OUTCOMES.find((each) => each === outcome);
  const columns: Column<SourceItem>[] = [
    { id: "item", header: t("sources.itemName"), cell: (item) => <Item dataset={dataset} item={item} /> },
    { id: "outcome", header: t("sources.outcomeLabel"), width: "120px", cell: (item) => <OutcomeBadge outcome={item.outcome} /> },
  ];
  return (
    <Drawer isOpen onOpenChange={onClose} title={source.name} description={t("sources.itemsHint")}>
      <div className={styles["filter"]}>
        <Select
          label={t("sources.outcomeLabel")}
          value={known ?? ANY}
          onChange={(chosen) => setOutcome(OUTCOMES.find((each) => each === chosen))}
          options={[{ value: ANY, label: t("sources.outcomeAny") }, ...OUTCOMES.map((each) => ({ value: each, label: t(`sources.outcome_${each}`) }))]}
        />
      </div>
      {items.isError && !items.data ? (
        <ErrorState error={items.error} onRetry={() => void items.refetch()} />
      ) : (
        <Table
          label={t("sources.items")}
          columns={columns}
          rows={items.data ? items.items : undefined}
          rowKey={({ id }) => id}
          empty={<EmptyState icon={Rss} title={t("sources.itemsEmpty")} isCompact />}
        />
      )}
      <LoadMore pages={items} />
    </Drawer>
  );
}

function Item({ dataset, item }: { dataset: string; item: SourceItem }) {
  return (
    <div className={styles["item"]}>
      {item.document_id ? <Link to={`/knowledge/${dataset}/documents/${item.document_id}`}>{item.name}</Link> : <span>{item.name}</span>}
      <span title={item.id}>{item.error ?? item.id}</span>
    </div>
  );
}

function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const { t } = useI18n();
  const known = OUTCOMES.find((each) => each === outcome);
  return <Badge tone={TONES[outcome] ?? "neutral"}>{known ? t(`sources.outcome_${known}`) : outcome}</Badge>;
}
