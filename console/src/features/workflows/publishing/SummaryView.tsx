import { ArrowRight, Minus, Move, Pencil, Plus, Unlink } from "lucide-react";
import type { ReactNode } from "react";
import type { WorkflowNode } from "@/canvas";
import { shortText, type FieldChange, type Summary } from "@/canvas/operations/summary";
import { mergeView } from "./changed-text";
import { useI18n } from "@/i18n";
import styles from "./Publishing.module.css";

/** What is different between two versions, in the words of the workflow. */
export function SummaryView({ summary, nodes }: { summary: Summary; nodes: Readonly<Record<string, WorkflowNode>> }) {
  const { t } = useI18n();
  if (summary.isSame) return <p className={styles["quiet"]}>{t("workflows.nothingChanged")}</p>;
  const named = (id: string) => (
    <>
      <strong>{nodes[id]?.title || id}</strong> {nodes[id]?.title && <code>{id}</code>}
    </>
  );
  return (
    <ul className={styles["summary"]}>
      {summary.added.map((id) => (
        <Line key={`+${id}`} icon={<Plus size={14} />} tone="added">
          {t("workflows.nodeAdded")} {named(id)}
        </Line>
      ))}
      {summary.removed.map((id) => (
        <Line key={`-${id}`} icon={<Minus size={14} />} tone="removed">
          {t("workflows.nodeRemoved")} <code>{id}</code>
        </Line>
      ))}
      {summary.renamed.map(({ from, to }) => (
        <Line key={`r${to}`} icon={<Pencil size={14} />}>
          <code>{from}</code> <ArrowRight size={13} aria-label="→" /> <code>{to}</code>
        </Line>
      ))}
      {summary.changed.map(({ id, fields }) => (
        <Line key={`~${id}`} icon={<Pencil size={14} />}>
          {named(id)}
          <Fields fields={fields} />
        </Line>
      ))}
      {summary.others.length > 0 && (
        <Line icon={<Pencil size={14} />}>
          <strong>{t("workflows.appSettings")}</strong>
          <Fields fields={summary.others} />
        </Line>
      )}
      {summary.connected.map(({ from, port, to }) => (
        <Line key={`c${from}.${port}>${to}`} icon={<ArrowRight size={14} />} tone="added">
          <code>{port === "out" ? from : `${from}.${port}`}</code> → <code>{to}</code>
        </Line>
      ))}
      {summary.disconnected.map(({ from, port, to }) => (
        <Line key={`d${from}.${port}>${to}`} icon={<Unlink size={14} />} tone="removed">
          <code>{port === "out" ? from : `${from}.${port}`}</code> → <code>{to}</code>
        </Line>
      ))}
      {summary.moved > 0 && (
        <Line icon={<Move size={14} />}>
          <span className={styles["quiet"]}>{t("workflows.moved", { count: summary.moved })}</span>
        </Line>
      )}
    </ul>
  );
}

function Line({ icon, tone, children }: { icon: ReactNode; tone?: "added" | "removed"; children: ReactNode }) {
  return (
    <li data-tone={tone}>
      <span className={styles["mark"]} aria-hidden>
        {icon}
      </span>
      <div>{children}</div>
    </li>
  );
}

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  return (
    <dl className={styles["fields"]}>
      {fields.map((field) => (
        <div key={field.path}>
          <dt>{field.path}</dt>
          <dd>
            <Changed field={field} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Before and after; of longer texts what is around the change. */
function Changed({ field }: { field: FieldChange }) {
  const { before, after } = field;
  if (typeof before === "string" && typeof after === "string" && before.length + after.length > 60) {
    return <span className={styles["text"]}>{mergeView(before, after).map(({ kind, text }, index) => (kind === "same" ? <span key={index}>{text}</span> : kind === "removed" ? <del key={index}>{text}</del> : <ins key={index}>{text}</ins>))}</span>;
  }
  return (
    <span className={styles["text"]}>
      {before !== undefined && <del>{shortText(before)}</del>} {after !== undefined && <ins>{shortText(after)}</ins>}
    </span>
  );
}
