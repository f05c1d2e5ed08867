import { ThumbsUp } from "lucide-react";
import { Link, useSearchParams } from "react-router";
import { Badge, Card, Combobox, EmptyState, ErrorState, LoadMore, Page, PageHeader, Select, Table, Time, Toolbar, type Column } from "@/design";
import { useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useFeedback, type Feedback, type Rating } from "./api";
import styles from "./Feedback.module.css";
import { RatingMark } from "./RatingMark";

const ANY = "any";
const RATINGS = ["good", "bad"] as const;
const RATERS = ["end_user", "team"] as const;

/** What people think of answers. What is chosen stands in the address. */
export function Component() {
  const { t } = useI18n();
  const [search, setSearch] = useSearchParams();
  const app = search.get("app") ?? undefined;
  const rating = RATINGS.find((each) => each === search.get("rating"));
  const rater = RATERS.find((each) => each === search.get("rater"));
  const apps = useAppNames();
  const feedback = useFeedback({ app, rating, rater });
  const columns = useColumns(apps.data);
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value === ANY) next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  return (
    <Page>
      <PageHeader title={t("feedback.title")} description={t("feedback.hint")} />
      <Toolbar>
        <Combobox
          className={styles["wide"] ?? ""}
          label={t("conversations.app")}
          value={app ?? ANY}
          onChange={(chosen) => choose("app", chosen)}
          options={[{ value: ANY, label: t("conversations.allApps") }, ...(apps.data ?? []).map((one) => ({ value: one.id, label: one.name }))]}
        />
        <Select<Rating | typeof ANY>
          className={styles["filter"] ?? ""}
          label={t("feedback.rating")}
          value={rating ?? ANY}
          onChange={(chosen) => choose("rating", chosen)}
          options={[{ value: ANY, label: t("feedback.anyRating") }, ...RATINGS.map((each) => ({ value: each, label: t(`feedback.${each}`) }))]}
        />
        <Select
          className={styles["filter"] ?? ""}
          label={t("feedback.by")}
          value={rater ?? ANY}
          onChange={(chosen) => choose("rater", chosen)}
          options={[
            { value: ANY, label: t("feedback.anyone") },
            { value: "end_user", label: t("feedback.endUser") },
            { value: "team", label: t("feedback.team") },
          ]}
        />
      </Toolbar>
      {feedback.isError ? (
        <ErrorState error={feedback.error} onRetry={() => void feedback.refetch()} />
      ) : (
        <Card isFlush>
          <Table
            label={t("feedback.title")}
            columns={columns}
            rows={feedback.data ? feedback.items : undefined}
            rowKey={({ id }) => id}
            empty={
              <EmptyState icon={ThumbsUp} title={t("feedback.none")}>
                {t("feedback.noneHint")}
              </EmptyState>
            }
          />
        </Card>
      )}
      <LoadMore pages={feedback} />
    </Page>
  );
}

function useColumns(apps: readonly { id: string; name: string }[] | undefined): Column<Feedback>[] {
  const { t } = useI18n();
  return [
    { id: "rating", header: t("feedback.rating"), width: "150px", cell: (one) => <RatingMark feedback={one} /> },
    {
      id: "said",
      header: t("feedback.said"),
      cell: (one) => (
        <span className={styles["cell"]}>
          <Link to={`/runs/${one.run_id}`} className={styles["query"]}>
            {one.query || t("feedback.noQuery")}
          </Link>
          <span className={styles["comment"]}>{one.comment || one.answer}</span>
        </span>
      ),
    },
    { id: "correction", header: t("feedback.correction"), width: "120px", cell: ({ correction }) => correction && <Badge tone="accent">{t("feedback.corrected")}</Badge> },
    { id: "app", header: t("conversations.app"), width: "150px", cell: (one) => apps?.find(({ id }) => id === one.app_id)?.name ?? "–" },
    { id: "when", header: t("feedback.when"), width: "120px", cell: (one) => <Time at={one.updated_at} /> },
  ];
}
