import { useId } from "react";
import { Button, ChoiceCards, Dialog, ErrorNote, Field, FieldStack, Input, SchemaFields, Select, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { useSourceKinds, type Source, type SourceKind } from "../api/sources";
import { HOURS, useEvery } from "./every";
import { useSourceDraft } from "./use-source-draft";

interface SourceDialogProps {
  dataset: string;
  /** The one to change; none to add another. */
  source?: Source | undefined;
  onClose: () => void;
}

/** Adds a source, or changes one. */
export function SourceDialog({ dataset, source, onClose }: SourceDialogProps) {
  const { t } = useI18n();
  const kinds = useSourceKinds();
  const title = source ? t("sources.editTitle", { name: source.name }) : t("sources.addTitle");
  if (kinds.data && kinds.data.length > 0) {
    return <SourceForm dataset={dataset} source={source} title={title} kinds={kinds.data} onClose={onClose} />;
  }
  return (
    <Dialog isOpen onOpenChange={onClose} title={title}>
      {kinds.isError ? <ErrorNote error={kinds.error} /> : <SkeletonLines lines={4} />}
    </Dialog>
  );
}

interface SourceFormProps extends SourceDialogProps {
  title: string;
  kinds: readonly SourceKind[];
}

function SourceForm({ dataset, source, title, kinds, onClose }: SourceFormProps) {
  const { t } = useI18n();
  const form = useId();
  const { draft, setDraft, schema, kept, isReady, isBusy, error, save } = useSourceDraft({ dataset, source, kinds, onClose });
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={isBusy} disabled={!isReady}>
            {source ? t("actions.save") : t("sources.add")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <FieldStack>
          {!source && kinds.length > 1 && (
            <ChoiceCards
              label={t("sources.kind")}
              value={draft.kind}
              onChange={(kind) => setDraft({ ...draft, kind, values: {} })}
              choices={kinds.map((each) => ({ value: each.name, title: each.title, description: each.description }))}
            />
          )}
          <Field label={t("sources.name")} isRequired hint={t("sources.nameHint")} error={error?.fault("/name")}>
            <Input value={draft.name} maxLength={200} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />
          </Field>
          <SchemaFields
            schema={schema}
            values={draft.values}
            kept={kept}
            onChange={(values) => setDraft({ ...draft, values })}
            faultOf={(field) => error?.fault(`/settings/${field}`)}
          />
          <EveryField hours={draft.hours} onChange={(hours) => setDraft({ ...draft, hours })} />
          {error && <ErrorNote error={error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}

function EveryField({ hours, onChange }: { hours: number; onChange: (hours: number) => void }) {
  const { t } = useI18n();
  const every = useEvery();
  const offered = [...new Set<number>([...HOURS, hours])].sort((one, other) => one - other);
  return (
    <Field label={t("sources.every")}>
      <Select
        value={String(hours)}
        onChange={(chosen) => onChange(Number(chosen))}
        options={offered.map((each) => ({ value: String(each), label: every(each) }))}
      />
    </Field>
  );
}
