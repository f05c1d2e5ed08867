import { Ellipsis, List, Pencil, RefreshCw, Rss, Square, Trash2 } from "lucide-react";
import { Button, Callout, IconButton, Menu, StatusBadge, Time, useToasts, type Status } from "@/design";
import { useI18n } from "@/i18n";
import { isGoing, useCancelSync, useSourceKinds, useSync, type Source } from "../api/sources";
import { useEvery } from "./every";
import type { SourceDialogKind } from "./SourcesPage";
import styles from "./Sources.module.css";

const STATUS: Record<NonNullable<Source["sync"]>["status"], Status> = {
  queued: "waiting",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  unknown: "waiting",
};
const NEARLY_EMPTY = "source_emptied";
const COUNTED = ["added", "changed", "unchanged", "removed", "failed"] as const;

interface SourceCardProps {
  dataset: string;
  source: Source;
  isReadOnly: boolean;
  onOpen: (kind: SourceDialogKind) => void;
}

/** One source: how its last sync went, and when the next one is. */
export function SourceCard({ dataset, source, isReadOnly, onOpen }: SourceCardProps) {
  const { t } = useI18n();
  const every = useEvery();
  const kind = useSourceKinds().data?.find(({ name }) => name === source.kind);
  const { sync } = source;
  return (
    <li className={styles["card"]}>
      <div className={styles["head"]}>
        <span className={styles["sign"]}>
          <Rss size={17} aria-hidden />
        </span>
        <div className={styles["names"]}>
          <h2>{source.name}</h2>
          <span>
            {kind?.title ?? source.kind} · {t("sources.documents", { count: source.documents })}
          </span>
        </div>
        {sync && <SyncBadge sync={sync} />}
        <Actions dataset={dataset} source={source} isReadOnly={isReadOnly} onOpen={onOpen} />
      </div>
      <dl className={styles["facts"]}>
        <div>
          <dt>{t("sources.every")}</dt>
          <dd>{every(source.every_hours ?? 0)}</dd>
        </div>
        <div>
          <dt>{t("sources.last")}</dt>
          <dd>{sync?.ended_at ? <Time at={sync.ended_at} /> : t("sources.never")}</dd>
        </div>
        {source.next_at && (
          <div>
            <dt>{t("sources.next")}</dt>
            <dd>
              <Time at={source.next_at} />
            </dd>
          </div>
        )}
        {sync && <Counts counts={sync.counts} />}
      </dl>
      {sync?.error && <Fault dataset={dataset} source={source} isReadOnly={isReadOnly} error={sync.error} code={sync.error_code} />}
      {sync?.note && <Callout tone="warning">{sync.note}</Callout>}
    </li>
  );
}

function SyncBadge({ sync }: { sync: NonNullable<Source["sync"]> }) {
  const { t } = useI18n();
  const isPartial = sync.status === "succeeded" && (sync.counts.failed ?? 0) > 0;
  if (isPartial) return <StatusBadge status="paused" label={t("sources.status_partly")} />;
  return <StatusBadge status={STATUS[sync.status]} label={t(`sources.status_${sync.status}`)} />;
}

function Counts({ counts }: { counts: NonNullable<Source["sync"]>["counts"] }) {
  const { t, format } = useI18n();
  return COUNTED.filter((outcome) => (counts[outcome] ?? 0) > 0).map((outcome) => (
    <div key={outcome} data-outcome={outcome}>
      <dt>{t(`sources.outcome_${outcome}`)}</dt>
      <dd>{format.number(counts[outcome] ?? 0)}</dd>
    </div>
  ));
}

function Actions({ dataset, source, isReadOnly, onOpen }: SourceCardProps) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const sync = useSync(dataset);
  const cancel = useCancelSync(dataset);
  const start = () =>
    sync.mutate({ id: source.id }, { onSuccess: () => say(t("sources.syncStarted", { name: source.name })), onError: fail });
  return (
    <span className={styles["actions"]}>
      {!isReadOnly && !isGoing(source) && (
        <Button size="small" icon={RefreshCw} isBusy={sync.isPending} onClick={start}>
          {t("sources.sync")}
        </Button>
      )}
      {!isReadOnly && isGoing(source) && (
        <Button size="small" icon={Square} isBusy={cancel.isPending} onClick={() => cancel.mutate(source.id, { onError: fail })}>
          {t("sources.stop")}
        </Button>
      )}
      <Menu
        trigger={<IconButton icon={Ellipsis} size="small" label={`${t("actions.more")}: ${source.name}`} />}
        items={[
          { label: t("sources.items"), icon: List, onSelect: () => onOpen("items") },
          ...(isReadOnly
            ? []
            : [
                { label: t("actions.edit"), icon: Pencil, onSelect: () => onOpen("edit") },
                { label: t("sources.remove"), icon: Trash2, isDangerous: true, onSelect: () => onOpen("remove") },
              ]),
        ]}
      />
    </span>
  );
}

interface FaultProps extends Omit<SourceCardProps, "onOpen"> {
  error: string;
  code: string | null | undefined;
}

/** Why a sync failed; one that would have removed nearly everything can be told to go on. */
function Fault({ dataset, source, isReadOnly, error, code }: FaultProps) {
  const { t } = useI18n();
  const { fail } = useToasts();
  const sync = useSync(dataset);
  return (
    <Callout tone="danger">
      <p>{error}</p>
      {code === NEARLY_EMPTY && !isReadOnly && (
        <Button size="small" isBusy={sync.isPending} onClick={() => sync.mutate({ id: source.id, allow_empty: true }, { onError: fail })}>
          {t("sources.allowEmpty")}
        </Button>
      )}
    </Callout>
  );
}
