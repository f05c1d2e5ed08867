import { ChevronRight, FileJson2, Plug, Server, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { ChoiceCards, Field, FieldStack, Input, SchemaFields, SegmentedControl, type ObjectSchema } from "@/design";
import { Text, useI18n } from "@/i18n";
import type { ToolkitKind } from "../api";
import { isName, wayOf, type Draft, type Held } from "./draft";
import { layoutOf } from "./layouts";
import styles from "./Toolkits.module.css";

const ICONS: Partial<Record<string, LucideIcon>> = { mcp: Server, openapi: FileJson2 };

interface ToolkitFormProps {
  kinds: readonly ToolkitKind[];
  kind: ToolkitKind;
  onKind: (kind: string) => void;
  draft: Draft;
  onChange: (draft: Draft) => void;
  held: Held;
  /** Kind and name are settled once a toolkit is there. */
  isThere: boolean;
  faultOf: (field: string) => string | undefined;
}

/** What a kind of toolkit wants to know. */
export function ToolkitForm(props: ToolkitFormProps) {
  const { kinds, kind, draft, held, onChange, faultOf } = props;
  const { t } = useI18n();
  const schema = kind.settings_schema as ObjectSchema;
  const { blocks, more } = layoutOf(kind.name, schema);
  const fields = (names: readonly string[], needs: readonly string[] = []) =>
    names.length > 0 && (
      <SchemaFields
        schema={{ ...schema, required: [...(schema.required ?? []), ...needs] }}
        names={names}
        values={draft.values}
        kept={held.hints}
        onChange={(values) => onChange({ ...draft, values })}
        faultOf={(name) => faultOf(`settings/${name}`)}
      />
    );
  return (
    <FieldStack>
      {!props.isThere && kinds.length > 1 && (
        <ChoiceCards
          label={t("tools.kind")}
          value={kind.name}
          onChange={props.onKind}
          choices={kinds.map(({ name, title, description }) => ({
            value: name,
            title,
            description,
            icon: ICONS[name] ?? Plug,
          }))}
        />
      )}
      {blocks.map((block, index) => {
        if (!("ways" in block)) return <div key={index}>{fields(block.names)}</div>;
        const way = wayOf(block, draft, held);
        return (
          <div key={index} className={styles["ways"]}>
            <div className={styles["way"]}>
              <span className={styles["label"]}>{t(block.label)}</span>
              <SegmentedControl
                label={t(block.label)}
                value={way?.value ?? ""}
                options={block.ways.map(({ value, label }) => ({ value, label: t(label) }))}
                onChange={(value) => onChange({ ...draft, ways: { ...draft.ways, [block.id]: value } })}
              />
            </div>
            {way && fields(way.names, way.needs)}
          </div>
        );
      })}
      {!props.isThere && <NameField draft={draft} onChange={onChange} fault={faultOf("name")} />}
      {more.length > 0 && <Fold label={t("tools.moreSettings")}>{fields(more)}</Fold>}
    </FieldStack>
  );
}

function NameField({ draft, onChange, fault }: { draft: Draft; onChange: (draft: Draft) => void; fault: string | undefined }) {
  const { t } = useI18n();
  const { name } = draft;
  return (
    <Field
      label={t("tools.name")}
      isRequired
      error={fault ?? (name !== "" && !isName(name) ? t("tools.nameFault") : undefined)}
      hint={<Text k="tools.nameHint" values={{ name: <code>{`${isName(name) ? name : "name"}__tool`}</code> }} />}
    >
      <Input
        isMono
        value={name}
        maxLength={32}
        spellCheck={false}
        autoComplete="off"
        placeholder="github"
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      />
    </Field>
  );
}

function Fold({ label, children }: { label: string; children: React.ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div>
      <button type="button" className={styles["fold"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <ChevronRight size={14} aria-hidden />
        {label}
      </button>
      {isOpen && <div className={styles["folded"]}>{children}</div>}
    </div>
  );
}
