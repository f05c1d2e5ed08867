import { Select, SearchInput, Toolbar } from "@/design";
import { useI18n } from "@/i18n";
import { STATUSES, type KnownStatus } from "../api/documents";

const ANY = "any";

interface DocumentFiltersProps {
  status: KnownStatus | undefined;
  search: string;
  byStatus: Record<string, number> | undefined;
  onChange: (to: { status?: KnownStatus | undefined; search?: string }) => void;
}

/** Narrows the documents by name and by how they go; every status says how many there are. */
export function DocumentFilters({ status, search, byStatus, onChange }: DocumentFiltersProps) {
  const { t, format } = useI18n();
  const counted = (label: string, count: number | undefined) => (count === undefined ? label : `${label} (${format.number(count)})`);
  const total = byStatus && Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return (
    <Toolbar>
      <SearchInput label={t("documents.search")} value={search} onChange={(event) => onChange({ search: event.target.value })} />
      <Select<KnownStatus | typeof ANY>
        label={t("documents.status")}
        isFit
        value={status ?? ANY}
        onChange={(chosen) => onChange({ status: chosen === ANY ? undefined : chosen })}
        options={[
          { value: ANY, label: counted(t("documents.statusAny"), total) },
          ...STATUSES.map((each) => ({ value: each, label: counted(t(`documents.status_${each}`), byStatus?.[each] ?? (byStatus ? 0 : undefined)) })),
        ]}
      />
    </Toolbar>
  );
}
