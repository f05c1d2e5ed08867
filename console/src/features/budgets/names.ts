import { useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useKeyNames, type Budget } from "./api";

/** Returns who a budget is for, in words. */
export function useSubjectText(): { textOf: (budget: Budget) => string; isPending: boolean } {
  const { t } = useI18n();
  const { may } = useSession();
  const apps = useAppNames();
  const keys = useKeyNames(may("keys"));
  const named: Partial<Record<Budget["subject"], readonly { id: string; name: string }[] | undefined>> = { app: apps.data, key: keys.data };
  const isPending = apps.isPending || keys.isLoading;
  const textOf = ({ subject, subject_id: id }: Budget) => {
    if (id === null) return t(`budgets.each_${subject}`);
    const name = named[subject]?.find((one) => one.id === id)?.name ?? (isPending ? "…" : id);
    return t(`budgets.one_${subject}`, { name });
  };
  return { textOf, isPending };
}

/** Returns amounts in the measure of a budget. */
export function useAmount(): (amount: number, measure: Budget["measure"]) => string {
  const { t, format } = useI18n();
  return (amount, measure) => {
    if (measure === "usd") return format.cost(amount);
    return t(`budgets.amount_${measure}`, { count: Math.round(amount) });
  };
}
