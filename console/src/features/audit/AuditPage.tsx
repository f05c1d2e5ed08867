import { KeyRound, ScrollText, X } from "lucide-react";
import { useSearchParams } from "react-router";
import { Avatar, Button, Card, EmptyState, ErrorState, LoadMore, Page, PageHeader, Select, Table, Time, Toolbar, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { AREAS, PERIODS, useAudit, type Area, type AuditRecord, type Period } from "./api";
import styles from "./Audit.module.css";

const ANY = "any";

/** Who changed what. What is chosen stands in the address. */
export function Component() {
  const { t } = useI18n();
  const [search, setSearch] = useSearchParams();
  const filter = { area: search.get("area") ?? undefined, actor: search.get("actor") ?? undefined, period: periodOf(search.get("period")) };
  const records = useAudit(filter);
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value === ANY) next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  const columns = useColumns((actor) => choose("actor", actor));
  const actorName = records.items.find((record) => record.actor.id === filter.actor)?.actor.name ?? filter.actor;
  return (
    <Page>
      <PageHeader title={t("audit.title")} description={t("audit.hint")} />
      <Toolbar>
        <Select
          className={styles["filter"] ?? ""}
          label={t("audit.areaLabel")}
          value={filter.area ?? ANY}
          onChange={(area) => choose("area", area)}
          options={[{ value: ANY, label: t("audit.anyArea") }, ...AREAS.map((area) => ({ value: area, label: t(`audit.area_${area}`) }))]}
        />
        <Select
          className={styles["filter"] ?? ""}
          label={t("audit.period")}
          value={filter.period ?? ANY}
          onChange={(period) => choose("period", period)}
          options={[{ value: ANY, label: t("audit.anyTime") }, ...(Object.keys(PERIODS) as Period[]).map((period) => ({ value: period, label: t(`audit.${period}`) }))]}
        />
        {filter.actor && (
          <Button icon={X} variant="ghost" onClick={() => choose("actor", ANY)}>
            {actorName}
          </Button>
        )}
      </Toolbar>
      {records.isError ? (
        <ErrorState error={records.error} onRetry={() => void records.refetch()} />
      ) : (
        <Card isFlush>
          <Table
            label={t("audit.title")}
            columns={columns}
            rows={records.data ? records.items : undefined}
            rowKey={(record) => record.id}
            empty={<EmptyState icon={ScrollText} title={t("audit.empty")} isCompact />}
          />
        </Card>
      )}
      <LoadMore pages={records} />
    </Page>
  );
}

function periodOf(text: string | null): Period | undefined {
  return text && text in PERIODS ? (text as Period) : undefined;
}

function useColumns(onActor: (id: string) => void): Column<AuditRecord>[] {
  const { t } = useI18n();
  return [
    { id: "when", header: t("audit.when"), width: "130px", cell: ({ at }) => <Time at={at} /> },
    {
      id: "who",
      header: t("audit.who"),
      cell: ({ actor }) => (
        <button type="button" className={styles["actor"]} onClick={() => onActor(actor.id)}>
          {actor.kind === "key" ? <KeyRound size={16} aria-label={t("audit.key")} /> : <Avatar name={actor.name} />}
          <span>{actor.name || actor.id}</span>
        </button>
      ),
    },
    { id: "what", header: t("audit.action"), cell: (record) => <Action record={record} /> },
    { id: "on", header: t("audit.on"), cell: ({ target }) => <Target target={target} /> },
    { id: "from", header: t("audit.address"), width: "130px", cell: ({ address }) => <span className={styles["muted"]}>{address}</span> },
  ];
}

/** The area in words, and the action as programs know it. */
function Action({ record }: { record: AuditRecord }) {
  const { t } = useI18n();
  const area = record.action.split(".")[0] ?? "";
  return (
    <span className={styles["action"]}>
      <span>{(AREAS as readonly string[]).includes(area) ? t(`audit.area_${area as Area}`) : area}</span>
      <code className={styles["muted"]}>{record.action}</code>
    </span>
  );
}

/** What it was done to: the name, if the answer told one, and else the ids of the address. */
function Target({ target }: { target: Record<string, string> }) {
  const { name, ...ids } = target;
  const shown = [...new Set(Object.values(ids))];
  return (
    <span className={styles["target"]} title={shown.join(" · ")}>
      {name && <span>{name}</span>}
      {shown.length > 0 && <code className={styles["muted"]}>{shown.join(" · ")}</code>}
    </span>
  );
}
