import { Plus, Rss } from "lucide-react";
import { useState } from "react";
import { useParams } from "react-router";
import { Button, EmptyState, ErrorState, Page, PageHeader, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useSources, type Source } from "../api/sources";
import { RemoveSource } from "./RemoveSource";
import { SourceCard } from "./SourceCard";
import { SourceDialog } from "./SourceDialog";
import { SourceItems } from "./SourceItems";
import styles from "./Sources.module.css";

export type SourceDialogKind = "edit" | "remove" | "items";

/** The places that a dataset is kept in step with. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const { dataset = "" } = useParams();
  const sources = useSources(dataset);
  const [isAdding, setIsAdding] = useState(false);
  const [open, setOpen] = useState<{ kind: SourceDialogKind; source: Source } | null>(null);
  const mayWrite = may("datasets:write");
  const isEmpty = sources.data?.length === 0;
  const add = mayWrite && (
    <Button variant="primary" icon={Plus} onClick={() => setIsAdding(true)}>
      {t("sources.add")}
    </Button>
  );
  const close = () => setOpen(null);
  return (
    <Page>
      <PageHeader title={t("sources.title")} description={t("sources.hint")} actions={!isEmpty && add} />
      {sources.isError && !sources.data ? (
        <ErrorState error={sources.error} onRetry={() => void sources.refetch()} />
      ) : !sources.data ? (
        <SkeletonLines lines={4} />
      ) : isEmpty ? (
        <EmptyState icon={Rss} title={t("sources.empty")} action={add}>
          {t("sources.emptyHint")}
        </EmptyState>
      ) : (
        <ul className={styles["list"]}>
          {sources.data.map((source) => (
            <SourceCard
              key={source.id}
              dataset={dataset}
              source={source}
              isReadOnly={!mayWrite}
              onOpen={(kind) => setOpen({ kind, source })}
            />
          ))}
        </ul>
      )}
      {isAdding && <SourceDialog dataset={dataset} onClose={() => setIsAdding(false)} />}
      {open?.kind === "edit" && <SourceDialog dataset={dataset} source={open.source} onClose={close} />}
      {open?.kind === "remove" && <RemoveSource dataset={dataset} source={open.source} onClose={close} />}
      {open?.kind === "items" && <SourceItems dataset={dataset} source={open.source} onClose={close} />}
    </Page>
  );
}
