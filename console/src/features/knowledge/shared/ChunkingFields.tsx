import { Checkbox, Field, Input, OwnLabels, Select, Switch, type Option } from "@/design";
import { useI18n } from "@/i18n";
import { useChunkers } from "../api/datasets";
import { ChipInput } from "./ChipInput";
import { ModelFields } from "./ModelFields";
import {
  CHUNKERS,
  faultOf,
  LEAST_CHARS,
  LEAST_TOKENS,
  MOST_CHARS,
  MOST_TOKENS,
  readSeparator,
  RULES,
  shownSeparator,
  type SpecDraft,
} from "./chunking";
import styles from "./Shared.module.css";

export interface ChunkingFieldsProps {
  draft: SpecDraft;
  onChange: (draft: SpecDraft) => void;
  /** Lengths alone, without hints. */
  isShort?: boolean;
}

/** How long chunks are, where they may be split, and what happens to texts before and after. */
export function ChunkingFields({ draft, onChange, isShort = false }: ChunkingFieldsProps) {
  const { t, format } = useI18n();
  const fault = faultOf(draft);
  const range = { least: format.number(LEAST_CHARS), most: format.number(MOST_CHARS) };
  return (
    <>
      <div className={styles["two"]}>
        <Field
          label={t("knowledge.chunkSize")}
          hint={isShort ? undefined : t("knowledge.chunkSizeHint")}
          error={fault === "size" ? t("knowledge.chunkSizeFault", range) : undefined}
        >
          <Input inputMode="numeric" value={draft.size} onChange={(event) => onChange({ ...draft, size: event.target.value })} />
        </Field>
        <Field
          label={t("knowledge.overlap")}
          hint={isShort ? undefined : t("knowledge.overlapHint")}
          error={fault === "overlap" ? t("knowledge.overlapFault") : undefined}
        >
          <Input
            inputMode="numeric"
            value={draft.overlap}
            onChange={(event) => onChange({ ...draft, overlap: event.target.value })}
          />
        </Field>
      </div>
      {!isShort && <Separators draft={draft} onChange={onChange} />}
      <ChildFields draft={draft} onChange={onChange} isShort={isShort} />
      {!isShort && <ModelFields draft={draft} onChange={onChange} />}
      {!isShort && <Cleaning draft={draft} onChange={onChange} />}
    </>
  );
}

function Separators({ draft, onChange }: ChunkingFieldsProps) {
  const { t, format } = useI18n();
  const range = { least: format.number(LEAST_TOKENS), most: format.number(MOST_TOKENS) };
  return (
    <>
      <Field label={t("knowledge.separators")} hint={t("knowledge.separatorsHint")}>
        <ChipInput
          values={draft.separators}
          onChange={(separators) => onChange({ ...draft, separators })}
          show={shownSeparator}
          read={readSeparator}
          placeholder={t("knowledge.separatorAdd")}
        />
      </Field>
      <Field
        label={t("knowledge.maxTokens")}
        isOptional
        hint={t("knowledge.maxTokensHint")}
        error={faultOf(draft) === "tokens" ? t("knowledge.chunkSizeFault", range) : undefined}
      >
        <Input inputMode="numeric" value={draft.tokens} onChange={(event) => onChange({ ...draft, tokens: event.target.value })} />
      </Field>
    </>
  );
}

/** Whether small children are searched and their whole passage is found. */
function ChildFields({ draft, onChange, isShort = false }: ChunkingFieldsProps) {
  const { t } = useI18n();
  const fault = faultOf(draft);
  return (
    <>
      <Switch
        isOn={draft.hasChildren}
        label={t("knowledge.children")}
        description={isShort ? undefined : t("knowledge.childrenHint")}
        onChange={(hasChildren) => onChange({ ...draft, hasChildren })}
      />
      {draft.hasChildren && (
        <div className={styles["two"]}>
          <Field label={t("knowledge.childSize")} error={fault === "childSize" ? t("knowledge.childSizeFault") : undefined}>
            <Input
              inputMode="numeric"
              value={draft.childSize}
              onChange={(event) => onChange({ ...draft, childSize: event.target.value })}
            />
          </Field>
          <Field label={t("knowledge.childOverlap")} error={fault === "childOverlap" ? t("knowledge.childOverlapFault") : undefined}>
            <Input
              inputMode="numeric"
              value={draft.childOverlap}
              onChange={(event) => onChange({ ...draft, childOverlap: event.target.value })}
            />
          </Field>
        </div>
      )}
    </>
  );
}

/** What is taken out of texts before they are split. */
function Cleaning({ draft, onChange }: ChunkingFieldsProps) {
  const { t } = useI18n();
  return (
    <fieldset className={styles["rules"]}>
      <legend>{t("knowledge.cleaning")}</legend>
      <OwnLabels>
        {RULES.map((rule) => (
          <Checkbox
            key={rule}
            isOn={draft.clean.includes(rule)}
            label={t(`knowledge.clean_${rule}`)}
            onChange={(isOn) =>
              onChange({ ...draft, clean: isOn ? [...draft.clean, rule] : draft.clean.filter((each) => each !== rule) })
            }
          />
        ))}
      </OwnLabels>
    </fieldset>
  );
}

/** What splits texts: ours, and those that plugins bring. */
export function ChunkerField({ value, onChange }: { value: string; onChange: (chunker: string) => void }) {
  const { t } = useI18n();
  const installed = useChunkers();
  const ours: Option[] = CHUNKERS.map((chunker) => ({
    value: chunker,
    label: t(`knowledge.chunker_${chunker}`),
    description: t(`knowledge.chunkerHint_${chunker}`),
  }));
  const others = installed.filter(({ name }) => !ours.some((option) => option.value === name));
  const known: Option[] = [...ours, ...others.map(({ name, title }) => ({ value: name, label: title, description: name }))];
  const options = known.some((option) => option.value === value) ? known : [...known, { value, label: value }];
  return (
    <Field label={t("knowledge.chunker")}>
      <Select value={value} onChange={onChange} options={options} />
    </Field>
  );
}
