import { MessagesSquare } from "lucide-react";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Combobox, EmptyState, ErrorState, LoadMore, Page, PageHeader, Table, Time, Toolbar, type Column } from "@/design";
import { useAppNames, useListKeys } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useConversations, type Conversation } from "./api";
import styles from "./Conversations.module.css";

const ALL = "all";

/** Chats with apps, the latest first. */
export function Component() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const app = search.get("app") ?? undefined;
  const apps = useAppNames();
  const pages = useConversations(app);
  const columns = useColumns(apps.data);
  const rows = pages.data ? pages.items : undefined;
  const open = (one: Conversation) => void navigate(`/conversations/${one.id}`);
  const selected = useListKeys(rows, (one) => one.id, open);
  const chats = (apps.data ?? []).filter((one) => one.mode === "chat");
  return (
    <Page>
      <PageHeader title={t("shell.conversations")} description={t("conversations.listHint")} />
      <Toolbar>
        <Combobox
          className={styles["app"] ?? ""}
          label={t("conversations.app")}
          value={app ?? ALL}
          onChange={(chosen) => setSearch(chosen === ALL ? {} : { app: chosen }, { replace: true })}
          options={[{ value: ALL, label: t("conversations.allApps") }, ...chats.map((one) => ({ value: one.id, label: one.name }))]}
        />
      </Toolbar>
      {pages.error && !pages.data ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : (
        <div className={styles["list"]}>
          <Table
            label={t("shell.conversations")}
            columns={columns}
            rows={rows}
            rowKey={(one) => one.id}
            onRowClick={open}
            selectedKey={selected}
            empty={
              <EmptyState icon={MessagesSquare} title={app ? t("conversations.noneFit") : t("conversations.none")}>
                {t("conversations.noneHint")}
              </EmptyState>
            }
          />
        </div>
      )}
      <LoadMore pages={pages} />
    </Page>
  );
}

function useColumns(apps: readonly { id: string; name: string }[] | undefined): Column<Conversation>[] {
  const { t, format } = useI18n();
  return useMemo(() => {
    const names = new Map(apps?.map((app) => [app.id, app.name]));
    return [
      {
        id: "title",
        header: t("conversations.title"),
        width: "44%",
        cell: (one) => (
          <Link to={`/conversations/${one.id}`} className={styles["name"]} data-row={one.id}>
            {one.title || t("conversations.untitled")}
          </Link>
        ),
      },
      { id: "app", header: t("conversations.app"), cell: (one) => names.get(one.app_id) ?? "–" },
      { id: "user", header: t("conversations.user"), cell: (one) => one.end_user ?? <span className={styles["faint"]}>–</span> },
      { id: "turns", header: t("conversations.turns"), align: "end", cell: (one) => format.number(one.messages) },
      {
        id: "updated",
        header: t("conversations.updated"),
        cell: (one) => (
          <span className={styles["when"]}>
            <Time at={one.updated_at} />
          </span>
        ),
      },
    ];
  }, [apps, t, format]);
}
