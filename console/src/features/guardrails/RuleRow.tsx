import { ArrowDown, ArrowUp, Pencil, Trash2 } from "lucide-react";
import { Badge, classes, IconButton, Switch, type Tone } from "@/design";
import { useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import type { Action, Kind, Rule } from "./api";
import styles from "./Guardrails.module.css";

const TONES: Record<Action, Tone> = { block: "failed", mask: "running", flag: "neutral" };

interface RuleRowProps {
  rule: Rule;
  kind: Kind | undefined;
  isFirst: boolean;
  isLast: boolean;
  onChange: (rule: Rule) => void;
  onMove: (by: -1 | 1) => void;
  onEdit: () => void;
  onDelete: () => void;
}

/** One rule in the order in which they look. */
export function RuleRow({ rule, kind, isFirst, isLast, onChange, onMove, onEdit, onDelete }: RuleRowProps) {
  const { t } = useI18n();
  const apps = useAppNames();
  const name = (id: string) => apps.data?.find((one) => one.id === id)?.name ?? (apps.isPending ? "…" : id);
  const facts = [
    kind?.title ?? t("guardrails.notInstalled", { name: rule.guardrail }),
    rule.sides.map((side) => t(`guardrails.side_${side}`)).join(" + "),
    rule.apps.length > 0 ? rule.apps.map(name).join(", ") : t("guardrails.everywhere"),
  ];
  return (
    <li className={classes(styles["row"], !rule.is_on && styles["off"])}>
      <Switch isOn={rule.is_on} onChange={(isOn) => onChange({ ...rule, is_on: isOn })} label={<span className={styles["hidden"]}>{t("guardrails.isOn", { name: rule.name })}</span>} />
      <div className={styles["words"]}>
        <button type="button" className={styles["name"]} onClick={onEdit}>
          {rule.name}
        </button>
        <span className={styles["facts"]} aria-busy={rule.apps.length > 0 && apps.isPending}>
          {facts.join(" · ")}
        </span>
      </div>
      <Badge tone={TONES[rule.action]}>{t(`guardrails.action_${rule.action}`)}</Badge>
      <span className={styles["actions"]}>
        <IconButton icon={ArrowUp} size="small" disabled={isFirst} label={t("guardrails.earlier", { name: rule.name })} onClick={() => onMove(-1)} />
        <IconButton icon={ArrowDown} size="small" disabled={isLast} label={t("guardrails.later", { name: rule.name })} onClick={() => onMove(1)} />
        <IconButton icon={Pencil} size="small" label={t("guardrails.edit", { name: rule.name })} onClick={onEdit} />
        <IconButton icon={Trash2} size="small" label={t("guardrails.delete", { name: rule.name })} onClick={onDelete} />
      </span>
    </li>
  );
}
