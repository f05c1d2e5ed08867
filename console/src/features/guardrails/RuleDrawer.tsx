import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Button, Checkbox, ChoiceCards, Drawer, ErrorNote, Field, FieldStack, Input, OwnLabels, SchemaFields, Select, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { ACTIONS, SIDES, type Kind, type Rule, type Side, type usePutRules } from "./api";
import { AppsField } from "./AppsField";
import { withRule } from "./rules";
import { TrialBox } from "./TrialBox";
import styles from "./Guardrails.module.css";

interface RuleDrawerProps {
  rule: Rule;
  kinds: readonly Kind[];
  put: ReturnType<typeof usePutRules>;
  others: readonly Rule[];
  onClose: () => void;
}

/** Makes a rule, or changes one, with a place to try it before it holds. */
export function RuleDrawer({ rule, kinds, put, others, onClose }: RuleDrawerProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const [draft, setDraft] = useState(rule);
  const kind = kinds.find((one) => one.name === draft.guardrail);
  const set = (changes: Partial<Rule>) => setDraft((before) => ({ ...before, ...changes }));
  const save = () =>
    put.mutate(withRule(others, draft), {
      onSuccess: () => {
        say(t("guardrails.saved", { name: draft.name }));
        onClose();
      },
    });
  return (
    <Drawer
      isOpen
      onOpenChange={onClose}
      title={rule.id ? t("guardrails.edit", { name: rule.name }) : t("guardrails.create")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={put.isPending} disabled={!draft.name.trim() || draft.sides.length === 0} onClick={save}>
            {rule.id ? t("actions.save") : t("actions.create")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Field label={t("guardrails.name")} isRequired>
          <Input autoFocus value={draft.name} maxLength={100} placeholder={t("guardrails.namePlaceholder")} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Field label={t("guardrails.kind")} hint={kind?.description}>
          <Select
            value={draft.guardrail}
            onChange={(guardrail) => set({ guardrail, settings: {} })}
            options={kinds.map((one) => ({ value: one.name, label: one.title }))}
          />
        </Field>
        {kind && (
          <SchemaFields
            key={kind.name}
            schema={kind.settings_schema}
            values={draft.settings}
            onChange={(settings) => set({ settings })}
            faultOf={(name) => faultOf(put.error, name)}
          />
        )}
        <Field label={t("guardrails.action")}>
          <OwnLabels>
            <ChoiceCards
              label={t("guardrails.action")}
              value={draft.action}
              onChange={(action) => set({ action })}
              columns={3}
              choices={ACTIONS.map((one) => ({ value: one, title: t(`guardrails.action_${one}`), description: t(`guardrails.actionHint_${one}`) }))}
            />
          </OwnLabels>
        </Field>
        <SidesField sides={draft.sides} onChange={(sides) => set({ sides })} />
        <AppsField apps={draft.apps} onChange={(apps) => set({ apps })} />
        {put.error && <ErrorNote error={put.error} />}
        <TrialBox rule={draft} />
      </FieldStack>
    </Drawer>
  );
}

function SidesField({ sides, onChange }: { sides: readonly Side[]; onChange: (sides: Side[]) => void }) {
  const { t } = useI18n();
  return (
    <Field label={t("guardrails.sides")} hint={sides.includes("output") ? t("guardrails.outputHint") : undefined}>
      <OwnLabels>
        <div role="group" aria-label={t("guardrails.sides")} className={styles["sides"]}>
          {SIDES.map((side) => (
            <Checkbox
              key={side}
              isOn={sides.includes(side)}
              label={t(`guardrails.sideLong_${side}`)}
              onChange={(isOn) => onChange(SIDES.filter((one) => (one === side ? isOn : sides.includes(one))))}
            />
          ))}
        </div>
      </OwnLabels>
    </Field>
  );
}

/** What the gateway said about a setting. */
function faultOf(error: unknown, name: string): string | undefined {
  if (!error) return undefined;
  return asProblem(error).errors.find((fault) => fault.pointer.includes(`/settings/${name}`))?.message;
}
