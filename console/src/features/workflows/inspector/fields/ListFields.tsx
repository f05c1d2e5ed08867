import { ArrowDown, ArrowUp, ChevronRight, Copy, Ellipsis, Plus, Trash2, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { isObject, type Json, type JsonObject } from "@/canvas/model/json";
import { startingValue } from "@/canvas/operations/starting-settings";
import { freshId } from "@/canvas/model/ids";
import { Badge, Button, IconButton, Menu, OwnLabels } from "@/design";
import { useI18n } from "@/i18n";
import { useForm, type Path } from "../form-context";
import type { Schema } from "../schema";
import { FieldFrame } from "./FieldFrame";
import styles from "./Fields.module.css";
import { InlineText } from "./TextField";
import { InlineValue } from "./ValueField";

interface ListFieldProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: unknown;
  schema: Schema;
  isRequired?: boolean;
}

/** Texts, or values of any kind, one under the other. */
export function PlainListField({ path, label, hint, value, schema, isRequired }: ListFieldProps) {
  const { t } = useI18n();
  const form = useForm();
  const items: unknown[] = Array.isArray(value) ? value : [];
  const isText = isObject(schema["items"]) && schema["items"]["type"] === "string";
  const write = (next: readonly unknown[]) => form.set(path, next.length === 0 && !isRequired ? undefined : next);
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <div className={styles["rows"]}>
        {items.map((item, index) => (
          <div key={index} className={styles["row"]}>
            <div className={styles["grow"]}>
              {isText ? (
                <InlineText
                  path={[...path, index]}
                  label={t("workflows.itemOf", { label, number: index + 1 })}
                  value={typeof item === "string" ? item : ""}
                  onChange={(next) => write(items.with(index, next ?? ""))}
                />
              ) : (
                <InlineValue
                  path={[...path, index]}
                  label={t("workflows.itemOf", { label, number: index + 1 })}
                  value={item}
                  onChange={(next) => write(items.with(index, next ?? ""))}
                />
              )}
            </div>
            <IconButton
              icon={X}
              size="small"
              label={t("workflows.removeItem", { name: String(index + 1) })}
              disabled={form.isReadOnly}
              onClick={() => write(items.filter((_, other) => other !== index))}
            />
          </div>
        ))}
        <Button variant="ghost" size="small" icon={Plus} className={styles["add"]} disabled={form.isReadOnly} onClick={() => write([...items, ""])}>
          {t("actions.add")}
        </Button>
      </div>
    </FieldFrame>
  );
}

/** Objects, as cards that open: cases, classes, fields of a form, tools. */
export function ObjectListField(props: ListFieldProps & { renderItem: (path: Path, value: JsonObject, schema: Schema) => ReactNode }) {
  const { path, label, hint, value, schema, isRequired, renderItem } = props;
  const { t } = useI18n();
  const form = useForm();
  const items = Array.isArray(value) ? value.filter(isObject) : [];
  const itemSchema = isObject(schema["items"]) ? schema["items"] : {};
  const [opened, setOpened] = useState<number | null>(null);
  const write = (next: readonly JsonObject[]) => form.set(path, next.length === 0 && !isRequired ? undefined : next);
  const add = (from: Json) => {
    write([...items, withFreshName(isObject(from) ? from : {}, items)]);
    setOpened(items.length);
  };
  const move = (index: number, by: 1 | -1) => {
    const item = items[index];
    if (!item || index + by < 0 || index + by >= items.length) return;
    write(items.toSpliced(index, 1).toSpliced(index + by, 0, item));
    setOpened(null);
  };
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <div className={styles["rows"]}>
        {items.map((item, index) => (
          <ItemCard
            key={index}
            path={[...path, index]}
            title={titleOf(item) ?? t("workflows.itemOf", { label, number: index + 1 })}
            note={noteOf(item)}
            isOpen={opened === index}
            onToggle={() => setOpened(opened === index ? null : index)}
            actions={[
              { label: t("workflows.moveUp"), icon: ArrowUp, isDisabled: index === 0, onSelect: () => move(index, -1) },
              { label: t("workflows.moveDown"), icon: ArrowDown, isDisabled: index === items.length - 1, onSelect: () => move(index, 1) },
              { label: t("canvas.duplicate"), icon: Copy, onSelect: () => add(item) },
              "separator",
              { label: t("actions.remove"), icon: Trash2, isDangerous: true, onSelect: () => write(items.filter((_, other) => other !== index)) },
            ]}
          >
            {renderItem([...path, index], item, itemSchema)}
          </ItemCard>
        ))}
        <Button variant="ghost" size="small" icon={Plus} className={styles["add"]} disabled={form.isReadOnly} onClick={() => add(startingValue(itemSchema, 0, items.length + 1))}>
          {t("actions.add")}
        </Button>
      </div>
    </FieldFrame>
  );
}

interface ItemCardProps {
  path: Path;
  title: string;
  note: string | undefined;
  isOpen: boolean;
  onToggle: () => void;
  actions: Parameters<typeof Menu>[0]["items"];
  children: ReactNode;
}

function ItemCard({ path, title, note, isOpen, onToggle, actions, children }: ItemCardProps) {
  const { t } = useI18n();
  const { issues, isReadOnly } = useForm();
  const prefix = ["settings", ...path].map(String);
  const faults = issues.filter((issue) => prefix.every((part, index) => issue.path[index] === part)).length;
  return (
    <div className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <button type="button" className={styles["cardOpen"]} aria-expanded={isOpen} onClick={onToggle}>
          <ChevronRight size={14} aria-hidden />
          <span className={styles["cardTitle"]}>{title}</span>
          {note && <span className={styles["cardNote"]}>{note}</span>}
          {faults > 0 && <Badge tone="failed">{faults}</Badge>}
        </button>
        {!isReadOnly && <Menu trigger={<IconButton icon={Ellipsis} size="small" label={t("actions.more")} />} items={actions} />}
      </div>
      {isOpen && (
        <div className={styles["cardBody"]}>
          <OwnLabels>{children}</OwnLabels>
        </div>
      )}
    </div>
  );
}

function titleOf(item: JsonObject): string | undefined {
  for (const key of ["label", "title", "name", "app", "id", "target", "role"]) {
    const text = item[key];
    if (typeof text === "string" && text.trim() !== "") return text;
  }
  return undefined;
}

function noteOf(item: JsonObject): string | undefined {
  const parts = ["type", "operation", "content", "description"].map((key) => item[key]);
  return parts.filter((part) => typeof part === "string").find((part) => part !== "");
}

/** An id or name that none of the others has. */
function withFreshName(item: JsonObject, others: readonly JsonObject[]): JsonObject {
  for (const key of ["id", "name"]) {
    const wish = item[key];
    if (typeof wish !== "string" || wish === "") continue;
    const taken = new Set(others.map((other) => other[key]));
    if (taken.has(wish)) return { ...item, [key]: freshId({ has: (id) => taken.has(id) }, wish) };
  }
  return item;
}
