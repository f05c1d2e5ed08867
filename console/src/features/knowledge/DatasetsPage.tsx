import { Library, PlugZap, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { Button, EmptyState, ErrorState, LoadMore, Page, PageHeader, SearchInput, Select, Toolbar } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useDatasets, useDatasetTags } from "./api/datasets";
import { CreateDatasetDialog } from "./CreateDatasetDialog";
import { DatasetCards } from "./DatasetCards";
import { ExternalDialog } from "./external/ExternalDialog";
import { isFound, useWholeList } from "./shared/use-whole-list";
import styles from "./Datasets.module.css";

interface Wanted {
  search: string;
  tag: string;
}

/** No tag looks like this: tags have no space around them. */
const ALL = " ";

/** All datasets. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<"own" | "external" | null>(null);
  const wanted = { search: params.get("search") ?? "", tag: params.get("tag") ?? "" };
  const datasets = useDatasets(wanted.tag);
  const want = (next: Wanted) => setParams(Object.fromEntries(Object.entries(next).filter(([, value]) => value)), { replace: true });
  const isEmpty = wanted.tag === "" && datasets.data !== undefined && datasets.items.length === 0;
  const create = may("datasets:write") && (
    <>
      <Button icon={PlugZap} onClick={() => setDialog("external")}>
        {t("external.add")}
      </Button>
      <Button variant="primary" icon={Plus} onClick={() => setDialog("own")}>
        {t("knowledge.create")}
      </Button>
    </>
  );
  return (
    <Page>
      <PageHeader title={t("shell.knowledge")} description={t("knowledge.hint")} actions={!isEmpty && create} />
      {!isEmpty && !datasets.isError && <Filters wanted={wanted} onWant={want} />}
      {isEmpty ? (
        <EmptyState icon={Library} title={t("knowledge.emptyTitle")} action={create}>
          {t("knowledge.emptyHint")}
          <ol className={styles["steps"]}>
            <li>{t("knowledge.emptyStep1")}</li>
            <li>{t("knowledge.emptyStep2")}</li>
            <li>{t("knowledge.emptyStep3")}</li>
          </ol>
        </EmptyState>
      ) : (
        <List datasets={datasets} wanted={wanted} onClear={() => want({ search: "", tag: "" })} />
      )}
      {dialog === "own" && <CreateDatasetDialog onClose={() => setDialog(null)} onCreated={(id) => void navigate(`/knowledge/${id}`)} />}
      {dialog === "external" && (
        <ExternalDialog onClose={() => setDialog(null)} onCreated={(id) => void navigate(`/knowledge/${id}/retrieval`)} />
      )}
    </Page>
  );
}

function Filters({ wanted, onWant }: { wanted: Wanted; onWant: (next: Wanted) => void }) {
  const { t } = useI18n();
  const tags = useDatasetTags().data ?? [];
  const known = tags.some(({ tag }) => tag === wanted.tag) || wanted.tag === "" ? tags : [...tags, { tag: wanted.tag }];
  return (
    <Toolbar>
      <SearchInput
        label={t("knowledge.searchDatasets")}
        value={wanted.search}
        onChange={(event) => onWant({ ...wanted, search: event.target.value })}
      />
      {known.length > 0 && (
        <Select
          label={t("knowledge.tag")}
          value={wanted.tag || ALL}
          onChange={(tag) => onWant({ ...wanted, tag: tag.trim() })}
          isFit
          options={[{ value: ALL, label: t("knowledge.tagAll") }, ...known.map(({ tag }) => ({ value: tag, label: tag }))]}
        />
      )}
    </Toolbar>
  );
}

interface ListProps {
  datasets: ReturnType<typeof useDatasets>;
  wanted: Wanted;
  onClear: () => void;
}

function List({ datasets, wanted: { search, tag }, onClear }: ListProps) {
  const { t } = useI18n();
  useWholeList(datasets, search.trim() !== "");
  const shown = datasets.items.filter((dataset) => isFound(dataset.name, search));
  if (datasets.isError) return <ErrorState error={datasets.error} onRetry={() => void datasets.refetch()} />;
  if (datasets.data && shown.length === 0 && !datasets.hasNextPage) {
    return (
      <EmptyState
        icon={SearchX}
        title={t("knowledge.noneFit", { search: search || tag })}
        action={<Button onClick={onClear}>{t("knowledge.clearSearch")}</Button>}
      />
    );
  }
  return (
    <>
      <DatasetCards datasets={datasets.data ? shown : undefined} />
      {!search && <LoadMore pages={datasets} />}
    </>
  );
}
