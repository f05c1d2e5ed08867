import { FolderPlus, Plus, X } from "lucide-react";
import { isObject, type Json, type JsonObject } from "@/canvas/model/json";
import { Button, IconButton, Input, SegmentedControl, Select } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import { useForm, type Path } from "../form-context";
import { FieldFrame } from "./FieldFrame";
import styles from "./Fields.module.css";
import { InlineValue } from "./ValueField";

const OPERATORS = [
  "eq", "ne", "contains", "not_contains", "starts_with", "ends_with", "gt", "ge", "lt", "le", "in", "not_in",
  "contains_any", "contains_all", "empty", "not_empty", "null", "not_null", "any_item", "every_item", "no_item",
] as const;
type Operator = (typeof OPERATORS)[number];
const UNARY: ReadonlySet<string> = new Set(["empty", "not_empty", "null", "not_null"]);
const OF_ITEMS: ReadonlySet<string> = new Set(["any_item", "every_item", "no_item"]);
export const MATCHES = ["all", "any", "none"] as const;
const NAMES: Record<(typeof MATCHES)[number], PlainKey> = {
  all: "workflows.matchAll",
  any: "workflows.matchAny",
  none: "workflows.matchNone",
};

interface ConditionsFieldProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: unknown;
  isRequired?: boolean;
  /** They ask about an item and compare its parts. */
  isOfItems?: boolean;
}

/** Comparisons and groups of them: what has to hold. */
export function ConditionsField({ path, label, hint, value, isRequired, isOfItems }: ConditionsFieldProps) {
  return (
    <FieldFrame path={path} label={label} hint={hint} isRequired={isRequired}>
      <Conditions path={path} value={value} isOfItems={isOfItems ?? false} />
    </FieldFrame>
  );
}

function Conditions({ path, value, isOfItems }: { path: Path; value: unknown; isOfItems: boolean }) {
  const { t } = useI18n();
  const form = useForm();
  const list = Array.isArray(value) ? value.filter(isObject) : [];
  const write = (next: readonly JsonObject[]) => form.set(path, next);
  const simple: JsonObject = isOfItems ? { field: "", op: "eq", right: "" } : { left: "", op: "eq", right: "" };
  return (
    <div className={styles["rows"]}>
      {list.map((condition, index) => (
        <div key={index} className={styles["conditionRow"]}>
          <OneCondition
            path={[...path, index]}
            condition={condition}
            isOfItems={isOfItems}
            onChange={(changed) => write(list.with(index, changed))}
          />
          <IconButton
            icon={X}
            size="small"
            label={t("workflows.removeCondition")}
            disabled={form.isReadOnly}
            onClick={() => write(list.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <div className={styles["conditionTools"]}>
        <Button variant="ghost" size="small" icon={Plus} disabled={form.isReadOnly} onClick={() => write([...list, simple])}>
          {t("workflows.addCondition")}
        </Button>
        <Button
          variant="ghost"
          size="small"
          icon={FolderPlus}
          disabled={form.isReadOnly}
          onClick={() => write([...list, { match: "any", conditions: [simple] }])}
        >
          {t("workflows.addGroup")}
        </Button>
      </div>
    </div>
  );
}

interface OneConditionProps {
  path: Path;
  condition: JsonObject;
  isOfItems: boolean;
  onChange: (condition: JsonObject) => void;
}

function OneCondition({ path, condition, isOfItems, onChange }: OneConditionProps) {
  const { t } = useI18n();
  const form = useForm();
  const operator = typeof condition["op"] === "string" ? condition["op"] : null;
  const isGroup = operator === null && (condition["match"] !== undefined || condition["conditions"] !== undefined);
  const match = MATCHES.find((each) => each === condition["match"]) ?? "all";
  const matches = (
    <SegmentedControl
      label={t("workflows.match")}
      value={match}
      options={MATCHES.map((each) => ({ value: each, label: t(NAMES[each]) }))}
      onChange={(next) => onChange({ ...condition, match: next })}
    />
  );
  if (isGroup) {
    return (
      <div className={styles["conditionParts"]}>
        {matches}
        <Conditions path={[...path, "conditions"]} value={condition["conditions"]} isOfItems={isOfItems} />
      </div>
    );
  }
  return (
    <div className={styles["conditionParts"]}>
      {isOfItems ? (
        <Input
          isMono
          aria-label={t("workflows.itemPart")}
          placeholder={t("workflows.itemPart")}
          value={typeof condition["field"] === "string" ? condition["field"] : ""}
          disabled={form.isReadOnly}
          onChange={(event) => onChange({ ...condition, field: event.target.value })}
        />
      ) : (
        <InlineValue path={[...path, "left"]} label={t("workflows.left")} placeholder={t("workflows.left")} value={condition["left"]} onChange={(left) => onChange({ ...condition, left: left ?? "" })} />
      )}
      <Select<Operator>
        label={t("workflows.operator")}
        size="small"
        value={OPERATORS.find((each) => each === operator) ?? "eq"}
        options={OPERATORS.map((each) => ({ value: each, label: t(`workflows.op_${each}`) }))}
        isDisabled={form.isReadOnly}
        onChange={(next) => onChange(withOperator(condition, next))}
      />
      {operator !== null && OF_ITEMS.has(operator) && (
        <>
          {matches}
          <Conditions path={[...path, "conditions"]} value={condition["conditions"]} isOfItems />
        </>
      )}
      {operator !== null && !UNARY.has(operator) && !OF_ITEMS.has(operator) && (
        <InlineValue path={[...path, "right"]} label={t("workflows.right")} placeholder={t("workflows.right")} value={condition["right"]} onChange={(right) => onChange({ ...condition, right: right ?? "" })} />
      )}
    </div>
  );
}

/** An operator with what it takes, and without what it does not. */
function withOperator(condition: JsonObject, op: Operator): JsonObject {
  const next: Record<string, Json | undefined> = { ...condition, op };
  if (UNARY.has(op) || OF_ITEMS.has(op)) delete next["right"];
  else next["right"] ??= "";
  if (OF_ITEMS.has(op)) next["conditions"] ??= [{ field: "", op: "eq", right: "" }];
  else {
    delete next["conditions"];
    delete next["match"];
  }
  return next as JsonObject;
}
