import { PiggyBank, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Button, ButtonLink, Callout, ConfirmDialog, EmptyState, ErrorState, Page, PageHeader, SkeletonLines, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useBudgets, useDeleteBudget, type Budget } from "./api";
import { BudgetCard } from "./BudgetCard";
import { BudgetDialog } from "./BudgetDialog";
import { fillingOf } from "./state";
import styles from "./Budgets.module.css";

/** What models may cost, and how much of that is gone. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const budgets = useBudgets();
  const [editing, setEditing] = useState<Budget | "new" | null>(null);
  const [leaving, setLeaving] = useState<Budget | null>(null);
  const create = may("admin") && (
    <Button variant="primary" icon={Plus} onClick={() => setEditing("new")}>
      {t("budgets.create")}
    </Button>
  );
  return (
    <Page>
      <PageHeader title={t("budgets.title")} description={t("budgets.hint")} actions={create} />
      {budgets.isError ? (
        <ErrorState error={budgets.error} onRetry={() => void budgets.refetch()} />
      ) : budgets.data?.length === 0 ? (
        <EmptyState icon={PiggyBank} title={t("budgets.empty")} action={create}>
          {t("budgets.emptyHint")}
        </EmptyState>
      ) : (
        <>
          <Warnings budgets={budgets.data ?? []} />
          <ul className={styles["list"]} aria-label={t("budgets.title")} aria-busy={!budgets.data}>
            {budgets.data?.map((budget) => (
              <BudgetCard key={budget.id} budget={budget} onEdit={() => setEditing(budget)} onDelete={() => setLeaving(budget)} />
            )) ??
              [1, 2].map((place) => (
                <li key={place} className={styles["budget"]}>
                  <SkeletonLines lines={3} />
                </li>
              ))}
          </ul>
        </>
      )}
      {editing && <BudgetDialog budget={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} />}
      {leaving && <DeleteBudget budget={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

/** What people have to do something about. */
function Warnings({ budgets }: { budgets: readonly Budget[] }) {
  const { t } = useI18n();
  const names = (state: string) => budgets.filter((budget) => fillingOf(budget).state === state).map((budget) => budget.name);
  const [spent, near] = [names("spent"), names("near")];
  if (spent.length === 0 && near.length === 0) return null;
  return (
    <div className={styles["warnings"]} role="status">
      {spent.length > 0 && (
        <Callout
          tone="danger"
          title={t("budgets.spentTitle", { names: spent.join(", ") })}
          action={
            <ButtonLink>
              <Link to="/runs?status=paused">{t("budgets.pausedRuns")}</Link>
            </ButtonLink>
          }
        >
          {t("budgets.spentHint")}
        </Callout>
      )}
      {near.length > 0 && <Callout tone="warning" title={t("budgets.nearTitle", { names: near.join(", ") })} />}
    </div>
  );
}

function DeleteBudget({ budget, onClose }: { budget: Budget; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const remove = useDeleteBudget();
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={t("budgets.deleteTitle", { name: budget.name })}
      confirmLabel={t("actions.delete")}
      isDangerous
      onConfirm={async () => {
        await remove.mutateAsync(budget.id);
        say(t("budgets.deleted", { name: budget.name }));
      }}
    >
      {t("budgets.deleteConfirm")}
    </ConfirmDialog>
  );
}
