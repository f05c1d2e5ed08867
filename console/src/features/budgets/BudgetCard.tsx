import { Pencil, Trash2, TriangleAlert } from "lucide-react";
import { Badge, classes, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import type { Budget } from "./api";
import { useAmount, useSubjectText } from "./names";
import { fillingOf, type Filling } from "./state";
import styles from "./Budgets.module.css";

/** One budget: for whom, how much is gone, what calls under way hold. */
export function BudgetCard({ budget, onEdit, onDelete }: { budget: Budget; onEdit: () => void; onDelete: () => void }) {
  const { t, format } = useI18n();
  const { may } = useSession();
  const subject = useSubjectText();
  const amount = useAmount();
  const filling = fillingOf(budget);
  return (
    <li className={styles["budget"]}>
      <div className={styles["head"]}>
        <h2 className={styles["name"]}>{budget.name}</h2>
        {filling.state === "near" && (
          <Badge tone="paused" icon={TriangleAlert}>
            {t("budgets.near")}
          </Badge>
        )}
        {filling.state === "spent" && (
          <Badge tone="failed" icon={TriangleAlert}>
            {t("budgets.spent")}
          </Badge>
        )}
        {may("admin") && (
          <span className={styles["actions"]}>
            <IconButton icon={Pencil} size="small" label={t("budgets.edit", { name: budget.name })} onClick={onEdit} />
            <IconButton icon={Trash2} size="small" label={t("budgets.delete", { name: budget.name })} onClick={onDelete} />
          </span>
        )}
      </div>
      <p className={styles["facts"]} aria-busy={subject.isPending}>
        {subject.textOf(budget)} · {t(`budgets.period_${budget.period}`)}
      </p>
      {filling.state === "each" ? (
        <p className={styles["amounts"]}>
          <strong>{t("budgets.limitEach", { limit: amount(budget.limit, budget.measure) })}</strong>
          <span>{t("budgets.eachHint")}</span>
        </p>
      ) : (
        <>
          <Meter budget={budget} filling={filling} />
          <p className={styles["amounts"]}>
            <strong>{t("budgets.spentOf", { spent: budget.measure === "usd" ? format.cost(budget.spent ?? 0) : format.number(budget.spent ?? 0), limit: amount(budget.limit, budget.measure) })}</strong>
            {(budget.held ?? 0) > 0 && <span>{t("budgets.held", { held: amount(budget.held ?? 0, budget.measure) })}</span>}
          </p>
        </>
      )}
    </li>
  );
}

function Meter({ budget, filling }: { budget: Budget; filling: Filling }) {
  const { t } = useI18n();
  const percent = Math.round(filling.spent * 100);
  return (
    <div
      className={styles["meter"]}
      role="meter"
      aria-label={t("budgets.meter", { name: budget.name })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <i className={classes(styles["fill"], styles[filling.state])} style={{ width: `${filling.spent * 100}%` }} />
      <i className={styles["heldFill"]} style={{ width: `${filling.held * 100}%` }} />
    </div>
  );
}
