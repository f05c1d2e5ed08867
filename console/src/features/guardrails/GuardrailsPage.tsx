import { Plus, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Button, Card, ConfirmDialog, EmptyState, ErrorNote, ErrorState, Page, PageHeader, SkeletonLines, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useKinds, usePutRules, useRules, type Rule } from "./api";
import { RuleDrawer } from "./RuleDrawer";
import { RuleRow } from "./RuleRow";
import { moved, newRule, withRule } from "./rules";
import styles from "./Guardrails.module.css";

/** What looks at requests and answers of models, in order. */
export function Component() {
  const { t } = useI18n();
  const { say } = useToasts();
  const rules = useRules();
  const kinds = useKinds();
  const put = usePutRules();
  const [editing, setEditing] = useState<Rule | null>(null);
  const [leaving, setLeaving] = useState<Rule | null>(null);
  const all = rules.data ?? [];
  const error = rules.error ?? kinds.error;
  const create = (
    <Button variant="primary" icon={Plus} disabled={!kinds.data?.length || !rules.data} onClick={() => setEditing(newRule(kinds.data?.[0]))}>
      {t("guardrails.create")}
    </Button>
  );
  return (
    <Page>
      <PageHeader title={t("guardrails.title")} description={t("guardrails.hint")} actions={create} />
      {put.error && !editing && <ErrorNote error={put.error} />}
      {error ? (
        <ErrorState error={error} onRetry={() => void Promise.all([rules.refetch(), kinds.refetch()])} />
      ) : rules.data?.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t("guardrails.empty")} action={create}>
          {t("guardrails.emptyHint")}
        </EmptyState>
      ) : (
        <Card isFlush>
          <ol className={styles["list"]} aria-label={t("guardrails.title")} aria-busy={!rules.data}>
            {rules.data?.map((rule, index) => (
              <RuleRow
                key={rule.id}
                rule={rule}
                kind={kinds.data?.find((kind) => kind.name === rule.guardrail)}
                isFirst={index === 0}
                isLast={index === all.length - 1}
                onChange={(changed) => put.mutate(withRule(all, changed))}
                onMove={(by) => put.mutate(moved(all, rule.id, by))}
                onEdit={() => setEditing(rule)}
                onDelete={() => setLeaving(rule)}
              />
            )) ?? (
              <li className={styles["row"]}>
                <SkeletonLines lines={3} />
              </li>
            )}
          </ol>
        </Card>
      )}
      {editing && (
        <RuleDrawer
          rule={editing}
          kinds={kinds.data ?? []}
          put={put}
          others={all}
          onClose={() => {
            put.reset();
            setEditing(null);
          }}
        />
      )}
      {leaving && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setLeaving(null)}
          title={t("guardrails.deleteTitle", { name: leaving.name })}
          confirmLabel={t("actions.delete")}
          isDangerous
          onConfirm={async () => {
            await put.mutateAsync(all.filter((one) => one.id !== leaving.id));
            say(t("guardrails.deleted", { name: leaving.name }));
          }}
        >
          {t("guardrails.deleteConfirm")}
        </ConfirmDialog>
      )}
    </Page>
  );
}
