import { useState } from "react";
import { Link } from "react-router";
import { Button, Card, Checkbox, ChoiceCards, EmptyState, ErrorNote, ErrorState, OwnLabels, SkeletonLines, useToasts } from "@/design";
import { Globe, Lock, Users } from "lucide-react";
import { useI18n } from "@/i18n";
import { useAccess, useReaders, useSetAccess, type DatasetAccess } from "../api/access";
import styles from "./Settings.module.css";

/** Who may know of a dataset. */
export function Access({ dataset, isReadOnly }: { dataset: string; isReadOnly: boolean }) {
  const { t } = useI18n();
  const access = useAccess(dataset);
  return (
    <Card title={t("knowledge.access")} description={t("knowledge.accessHint")}>
      {access.isError ? (
        <ErrorState error={access.error} onRetry={() => void access.refetch()} />
      ) : access.data ? (
        <AccessForm key={JSON.stringify(access.data)} dataset={dataset} access={access.data} isReadOnly={isReadOnly} />
      ) : (
        <SkeletonLines lines={3} />
      )}
    </Card>
  );
}

function AccessForm({ dataset, access, isReadOnly }: { dataset: string; access: DatasetAccess; isReadOnly: boolean }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const save = useSetAccess(dataset);
  const [kind, setKind] = useState(access.access);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(access.readers.map(({ id }) => id)));
  const before = access.readers.map(({ id }) => id);
  const isChanged = kind !== access.access || (kind === "restricted" && !isSame(chosen, before));
  const toggle = (id: string, isOn: boolean) => setChosen((ids) => new Set(isOn ? [...ids, id] : [...ids].filter((each) => each !== id)));
  return (
    <div className={styles["access"]}>
      <ChoiceCards
        label={t("knowledge.access")}
        value={kind}
        onChange={setKind}
        choices={[
          { value: "workspace", title: t("knowledge.accessAll"), description: t("knowledge.accessAllHint"), icon: Globe, isDisabled: isReadOnly },
          { value: "restricted", title: t("knowledge.accessSome"), description: t("knowledge.accessSomeHint"), icon: Lock, isDisabled: isReadOnly },
        ]}
      />
      {kind === "restricted" && <Readers known={access.readers} chosen={chosen} onToggle={toggle} isReadOnly={isReadOnly} />}
      {kind === "restricted" && access.apps.length > 0 && <SearchingApps apps={access.apps} />}
      {save.error && <ErrorNote error={save.error} />}
      {!isReadOnly && (
        <div className={styles["save"]}>
          <Button
            variant="primary"
            disabled={!isChanged}
            isBusy={save.isPending}
            onClick={() =>
              save.mutate({ access: kind, readers: kind === "restricted" ? [...chosen] : [] }, { onSuccess: () => say(t("documents.saved")) })
            }
          >
            {t("actions.save")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface ReadersProps {
  known: DatasetAccess["readers"];
  chosen: ReadonlySet<string>;
  onToggle: (id: string, isOn: boolean) => void;
  isReadOnly: boolean;
}

/** Those who can be named: members and keys, as far as who looks may see them. */
function Readers({ known, chosen, onToggle, isReadOnly }: ReadersProps) {
  const { t } = useI18n();
  const others = useReaders();
  const all = [...others, ...known.filter(({ id }) => !others.some((other) => other.id === id)).map((reader) => ({ ...reader, hint: "" }))];
  if (all.length === 0) return <EmptyState icon={Users} title={t("knowledge.accessNobody")} isCompact />;
  return (
    <fieldset className={styles["readers"]} disabled={isReadOnly}>
      <legend>{t("knowledge.readers")}</legend>
      <OwnLabels>
        {all.map((reader) => (
          <Checkbox
            key={reader.id}
            isOn={chosen.has(reader.id)}
            label={reader.name}
            description={reader.hint}
            isDisabled={isReadOnly}
            onChange={(isOn) => onToggle(reader.id, isOn)}
          />
        ))}
      </OwnLabels>
    </fieldset>
  );
}

/** Apps that name the dataset: whoever runs one of them is answered from it all the same. */
function SearchingApps({ apps }: Pick<DatasetAccess, "apps">) {
  const { t } = useI18n();
  return (
    <section className={styles["searching"]}>
      <p>{t("knowledge.accessApps")}</p>
      <ul>
        {apps.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/apps/${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function isSame(chosen: ReadonlySet<string>, before: readonly string[]): boolean {
  return chosen.size === before.length && before.every((id) => chosen.has(id));
}
