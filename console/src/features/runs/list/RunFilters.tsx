import { ListFilter as FilterIcon, X } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Button, Combobox, Field, FieldStack, IconButton, Input, Popover, SearchInput, Select, Toolbar } from "@/design";
import { useI18n } from "@/i18n";
import { useAppNames } from "../api";
import { useViaLabel } from "../via";
import { isNarrowed, PERIODS, runIdIn, STATUSES, VIAS, type ListFilter, type Period } from "./filter";
import styles from "./Runs.module.css";

interface RunFiltersProps {
  filter: ListFilter;
  onChange: (filter: ListFilter) => void;
  /** The app is given, and not chosen. */
  isOfOneApp?: boolean;
}

const ALL = "all";

export function RunFilters({ filter, onChange, isOfOneApp }: RunFiltersProps) {
  const { t } = useI18n();
  const apps = useAppNames();
  const choose = (change: Partial<ListFilter>) => onChange({ ...filter, run: "", ...change });
  const statusLabels = {
    running: t("runs.statusRunning"),
    paused: t("runs.statusPaused"),
    succeeded: t("runs.statusSucceeded"),
    failed: t("runs.statusFailed"),
    cancelled: t("runs.statusCancelled"),
  };
  const periodLabels: Record<Period, string> = {
    hour: t("runs.periodHour"),
    day: t("runs.periodDay"),
    week: t("runs.periodWeek"),
    month: t("runs.periodMonth"),
  };
  return (
    <Toolbar>
      <IdSearch run={filter.run ?? ""} onChange={(run) => (run ? onChange({ run }) : choose({}))} />
      {!isOfOneApp && (
        <Combobox
          className={styles["appFilter"] ?? ""}
          label={t("runs.app")}
          value={filter.app ?? ALL}
          onChange={(app) => choose({ app: app === ALL ? "" : app })}
          options={[
            { value: ALL, label: t("runs.allApps") },
            ...(apps.data ?? []).map((app) => ({ value: app.id, label: app.name })),
          ]}
        />
      )}
      <Select
        className={styles["filter"] ?? ""}
        label={t("runs.status")}
        value={filter.status ?? ALL}
        onChange={(status) => choose({ status: status === ALL ? undefined : status })}
        options={[
          { value: ALL, label: t("runs.anyStatus") },
          ...STATUSES.map((status) => ({ value: status, label: statusLabels[status] })),
        ]}
      />
      <Select
        className={styles["filter"] ?? ""}
        label={t("runs.period")}
        value={filter.period ?? ALL}
        onChange={(period) => choose({ period: period === ALL ? undefined : period })}
        options={[
          { value: ALL, label: t("runs.anyTime") },
          ...(Object.keys(PERIODS) as Period[]).map((period) => ({ value: period, label: periodLabels[period] })),
        ]}
      />
      <MoreFilters filter={filter} onChange={choose} />
      {isNarrowed(filter) && (
        <Button variant="ghost" icon={X} onClick={() => onChange({})}>
          {t("runs.resetFilter")}
        </Button>
      )}
    </Toolbar>
  );
}

function IdSearch({ run, onChange }: { run: string; onChange: (run: string) => void }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(run);
  const [known, setKnown] = useState(run);
  if (known !== run) {
    setKnown(run);
    setTyped(run);
  }
  return (
    <form
      role="search"
      className={styles["search"]}
      onSubmit={(event) => {
        event.preventDefault();
        const id = runIdIn(typed);
        if (id) void navigate(`/runs/${id}`);
      }}
    >
      <SearchInput
        label={t("runs.searchById")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          const id = runIdIn(event.target.value);
          if (id || !event.target.value) onChange(id ?? "");
        }}
      />
    </form>
  );
}

function MoreFilters({ filter, onChange }: { filter: ListFilter; onChange: (change: Partial<ListFilter>) => void }) {
  const { t } = useI18n();
  const via = useViaLabel();
  const count = [filter.via, filter.endUser, filter.version].filter(Boolean).length;
  return (
    <Popover
      label={t("runs.moreFilters")}
      trigger={
        <Button icon={FilterIcon}>{count > 0 ? t("runs.filtersOn", { count }) : t("runs.moreFilters")}</Button>
      }
    >
      <div className={styles["more"]}>
        <FieldStack>
          <Field label={t("runs.via")}>
            <Select
              value={filter.via ?? ALL}
              onChange={(chosen) => onChange({ via: chosen === ALL ? "" : chosen })}
              options={[
                { value: ALL, label: t("runs.anyVia") },
                ...VIAS.map((one) => ({ value: one, label: via(one) })),
              ]}
            />
          </Field>
          <TypedFilter label={t("runs.endUser")} value={filter.endUser ?? ""} onChange={(endUser) => onChange({ endUser })} />
          <TypedFilter
            label={t("runs.version")}
            hint={t("runs.versionHint")}
            value={filter.version ?? ""}
            onChange={(version) => onChange({ version })}
          />
        </FieldStack>
      </div>
    </Popover>
  );
}

interface TypedFilterProps {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
}

/** A filter that is typed, in force when it is left or Enter is pressed. */
function TypedFilter({ label, hint, value, onChange }: TypedFilterProps) {
  const { t } = useI18n();
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const commit = () => {
    if (typed.trim() !== value) onChange(typed.trim());
  };
  const clear = value && <IconButton icon={X} size="small" label={t("actions.remove")} onClick={() => onChange("")} />;
  return (
    <Field label={label} hint={hint} action={clear}>
      <Input
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
        }}
      />
    </Field>
  );
}
