import { CircleCheck, CircleMinus, CircleSlash, type LucideIcon } from "lucide-react";
import { Badge, classes, Markdown, type Tone } from "@/design";
import { useI18n } from "@/i18n";
import type { Imported } from "../api";
import styles from "../Apps.module.css";

type Part = Imported["report"][number];
type Outcome = Part["outcome"];

const TONES: Record<Outcome, Tone> = { carried: "succeeded", changed: "paused", left_out: "failed" };
const ICONS: Record<Outcome, LucideIcon> = { carried: CircleCheck, changed: CircleMinus, left_out: CircleSlash };
const ORDER: readonly Outcome[] = ["left_out", "changed", "carried"];

/** What became of each part of another platform's document, the worst first. */
export function ImportReport({ imported }: { imported: Imported }) {
  const { t } = useI18n();
  const count = (outcome: Outcome) => imported.report.filter((part) => part.outcome === outcome).length;
  const parts = ORDER.flatMap((outcome) => imported.report.filter((part) => part.outcome === outcome));
  const worthSaying = parts.filter((part) => part.outcome !== "carried" || part.remarks.length > 0);
  return (
    <section className={styles["report"]} aria-label={t("apps.importReport")}>
      <header className={styles["reportHead"]}>
        <strong>{imported.source}</strong>
        <span className={styles["reportCounts"]}>
          <Badge tone="succeeded">{t("apps.importCarried", { count: count("carried") })}</Badge>
          {count("changed") > 0 && <Badge tone="paused">{t("apps.importChanged", { count: count("changed") })}</Badge>}
          {count("left_out") > 0 && <Badge tone="failed">{t("apps.importLeftOut", { count: count("left_out") })}</Badge>}
        </span>
      </header>
      {worthSaying.length === 0 ? (
        <p className={styles["muted"]}>{t("apps.importNothing")}</p>
      ) : (
        // It scrolls, which keys have to reach.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ul className={styles["reportParts"]} tabIndex={0} aria-label={t("apps.importReport")}>
          {worthSaying.map((part) => (
            <ReportPart key={part.pointer + part.part} part={part} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ReportPart({ part }: { part: Part }) {
  const Icon = ICONS[part.outcome];
  return (
    <li>
      <Icon size={15} className={classes(styles["reportIcon"], styles[TONES[part.outcome]])} aria-hidden />
      <div>
        <span className={styles["reportPart"]}>{part.part}</span>
        {part.remarks.map((remark) => (
          <div key={remark.pointer + remark.message} className={styles["muted"]}>
            <Markdown text={remark.message} />
          </div>
        ))}
      </div>
    </li>
  );
}
