import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Badge, Card, SegmentedControl, type Tone } from "@/design";
import { useI18n } from "@/i18n";
import type { Comparison } from "./api";
import { DiffView } from "./DiffView";
import { useFigureText } from "./FiguresTable";
import { nodeLines, type NodeFigures, type NodeLine } from "./figures";
import styles from "./Compare.module.css";

interface NodesTableProps {
  comparison: Comparison;
  before: Parameters<typeof nodeLines>[1];
  after: Parameters<typeof nodeLines>[2];
}

const TONES: Record<NodeLine["change"], Tone> = { same: "neutral", changed: "accent", added: "succeeded", removed: "failed" };

/** What each node came to in both runs. */
export function NodesTable({ comparison, before, after }: NodesTableProps) {
  const { t } = useI18n();
  const [which, setWhich] = useState<"all" | "changed">(comparison.nodes.length > 0 ? "changed" : "all");
  const { counts } = comparison;
  const lines = nodeLines(comparison.nodes, before, after).filter((line) => which === "all" || line.change !== "same");
  return (
    <Card
      isFlush
      title={t("debugging.nodes")}
      description={t("debugging.counts", {
        same: counts.same ?? 0,
        changed: (counts.changed ?? 0) + (counts.added ?? 0) + (counts.removed ?? 0),
        reused: counts.reused ?? 0,
      })}
      actions={
        <SegmentedControl
          label={t("debugging.nodes")}
          value={which}
          onChange={setWhich}
          options={[
            { value: "changed", label: t("debugging.onlyChanged") },
            { value: "all", label: t("debugging.allNodes") },
          ]}
        />
      }
    >
      {lines.length === 0 ? (
        <p className={styles["note"]}>{t("debugging.noChanges")}</p>
      ) : (
        <table className={styles["nodes"]}>
          <thead>
            <tr>
              <th scope="col">{t("runs.node")}</th>
              <th scope="col">{t("debugging.result")}</th>
              <th scope="col">{t("runs.duration")}</th>
              <th scope="col">{t("runs.tokens")}</th>
              <th scope="col">{t("runs.cost")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <NodeRow key={line.place} line={line} />
            ))}
          </tbody>
        </table>
      )}
      {comparison.has_more && <p className={styles["note"]}>{t("debugging.moreChanges")}</p>}
    </Card>
  );
}

function NodeRow({ line }: { line: NodeLine }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const seconds = useFigureText("elapsed_s");
  const count = useFigureText("tokens");
  const cost = useFigureText("cost_usd");
  const outputs = line.detail?.outputs ?? [];
  const label = { same: t("debugging.same"), changed: t("debugging.changed"), added: t("debugging.added"), removed: t("debugging.removed") };
  const both = (read: (node: NodeFigures) => string) => {
    const [left, right] = [line.before && read(line.before), line.after && read(line.after)];
    return left === right ? (left ?? "–") : `${left ?? "–"} → ${right ?? "–"}`;
  };
  return (
    <>
      <tr>
        <th scope="row">
          {outputs.length > 0 ? (
            <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
              <ChevronRight size={13} className={isOpen ? styles["open"] : undefined} aria-hidden />
              {line.place}
            </button>
          ) : (
            <span>{line.place}</span>
          )}
        </th>
        <td>
          <span className={styles["badges"]}>
            <Badge tone={TONES[line.change]}>{label[line.change]}</Badge>
            {line.isReused && <Badge>{t("runs.reused")}</Badge>}
            {line.before?.status !== line.after?.status && <span className={styles["faint"]}>{both((node) => node.status)}</span>}
          </span>
        </td>
        <td>{both((node) => seconds(node.elapsedS))}</td>
        <td>{both((node) => (node.tokens > 0 ? count(node.tokens) : "–"))}</td>
        <td>{both((node) => cost(node.costUsd))}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5} className={styles["detail"]}>
            {outputs.map((change) => (
              <DiffView key={change.name} change={change} title={change.name} />
            ))}
          </td>
        </tr>
      )}
    </>
  );
}
