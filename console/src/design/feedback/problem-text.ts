import { asProblem } from "@/api/problem";
import { useI18n } from "@/i18n";

/** What to say about an error: the problem's own words, or ours where nothing answered. */
export function useProblemText(error: unknown): { title: string; detail: string } {
  const { t } = useI18n();
  const problem = asProblem(error);
  if (problem.isUnreachable) return { title: t("errors.unreachable"), detail: t("errors.unreachableHint") };
  if (problem.code === "console_defect") return { title: t("errors.defect"), detail: problem.detail };
  const title = problem.title || t("errors.status", { status: String(problem.status) });
  return { title, detail: problem.detail === title ? "" : problem.detail };
}
