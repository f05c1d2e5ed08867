import { LayoutGrid, Plus, SearchX, Upload } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import {
  Button,
  EmptyState,
  ErrorState,
  LoadMore,
  Page,
  PageHeader,
  SearchInput,
  Select,
  Spacer,
  Toolbar,
} from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useApps, useTags, type AppFilter } from "./api";
import { AppGrid } from "./AppGrid";
import { CreateAppDialog, type CreateFrom } from "./CreateAppDialog";

const ANY = "any";

export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [createFrom, setCreateFrom] = useState<CreateFrom | null>(null);
  const filter = filterOf(params);
  const apps = useApps({ ...filter, search: useDeferredValue(filter.search) });
  const isFiltered = Boolean(filter.search || filter.tag || filter.mode);
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value && value !== ANY) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );

  const create = may("apps:write") && (
    <>
      <Button icon={Upload} onClick={() => setCreateFrom("import")}>
        {t("apps.import")}
      </Button>
      <Button variant="primary" icon={Plus} onClick={() => setCreateFrom("template")}>
        {t("apps.new")}
      </Button>
    </>
  );
  return (
    <Page>
      <PageHeader title={t("apps.title")} actions={create} />
      <Filters filter={filter} set={set} />
      {apps.isError ? (
        <ErrorState error={apps.error} onRetry={() => void apps.refetch()} />
      ) : apps.data && apps.items.length === 0 ? (
        isFiltered ? (
          <EmptyState
            icon={SearchX}
            title={t("apps.noneFit")}
            action={<Button onClick={() => setParams({}, { replace: true })}>{t("apps.clearFilters")}</Button>}
          >
            {t("apps.noneFitHint")}
          </EmptyState>
        ) : (
          <EmptyState icon={LayoutGrid} title={t("apps.emptyTitle")} action={create}>
            {t("apps.emptyHint")}
          </EmptyState>
        )
      ) : (
        <AppGrid apps={apps.data ? apps.items : undefined} onTag={(tag) => set("tag", tag)} />
      )}
      <LoadMore pages={apps} />
      {createFrom && (
        <CreateAppDialog
          from={createFrom}
          onClose={() => setCreateFrom(null)}
          onCreated={(id) => void navigate(`/apps/${id}`)}
        />
      )}
    </Page>
  );
}

function filterOf(params: URLSearchParams): AppFilter {
  const mode = params.get("mode");
  return {
    search: params.get("search") ?? "",
    tag: params.get("tag") ?? "",
    mode: mode === "chat" || mode === "workflow" ? mode : "",
    sort: params.get("sort") === "created" ? "created" : "updated",
  };
}

function Filters({ filter, set }: { filter: AppFilter; set: (name: string, value: string) => void }) {
  const { t } = useI18n();
  const tags = useTags();
  const known = tags.data ?? [];
  const choices = filter.tag && !known.some(({ tag }) => tag === filter.tag) ? [{ tag: filter.tag, apps: 0 }, ...known] : known;
  return (
    <Toolbar>
      <SearchInput label={t("apps.search")} value={filter.search} onChange={(event) => set("search", event.target.value)} />
      <Select
        label={t("apps.filterMode")}
        value={filter.mode || ANY}
        onChange={(mode) => set("mode", mode)}
        isFit
        options={[
          { value: ANY, label: t("apps.modeAny") },
          { value: "chat", label: t("apps.chat") },
          { value: "workflow", label: t("apps.workflow") },
        ]}
      />
      {choices.length > 0 && (
        <Select
          label={t("apps.filterTag")}
          value={filter.tag || ANY}
          onChange={(tag) => set("tag", tag)}
          isFit
          options={[{ value: ANY, label: t("apps.tagAny") }, ...choices.map(({ tag }) => ({ value: tag, label: tag }))]}
        />
      )}
      <Spacer />
      <Select
        label={t("apps.sortLabel")}
        value={filter.sort}
        onChange={(sort) => set("sort", sort)}
        isFit
        options={[
          { value: "updated", label: t("apps.sortUpdated") },
          { value: "created", label: t("apps.sortCreated") },
        ]}
      />
    </Toolbar>
  );
}
