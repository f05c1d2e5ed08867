import { X } from "lucide-react";
import { IconButton } from "@/design";
import { useI18n } from "@/i18n";
import { splitPlace, splitScope, type RunModel } from "../model";
import type { RunFacts } from "../page/use-run-facts";
import { NodeStatusBadge } from "../status";
import { NodeDetails } from "./NodeDetails";
import { NodeActions } from "./NodeActions";
import { RoundDetails } from "./RoundDetails";
import styles from "./SidePanel.module.css";

export interface SidePanelProps {
  runId: string;
  run: RunModel;
  facts: RunFacts;
  /** Of a node, or the scope of a round: `each:3`. */
  place: string;
  nowMs: number;
  onSelect: (place: string | undefined) => void;
}

/** What there is to know of one node, or of one round, beside the run. */
export function SidePanel(props: SidePanelProps) {
  const { run, facts, place, onSelect } = props;
  const { t } = useI18n();
  const node = run.nodes.get(place);
  const round = node ? undefined : splitScope(place);
  const { node: id, scope } = splitPlace(node ? place : (round?.container ?? place));
  const title = facts.titleOf(id);
  return (
    <aside className={styles["panel"]} aria-label={title}>
      <header className={styles["header"]}>
        <div className={styles["words"]}>
          <h2>{round ? t("runs.roundOf", { number: round.index + 1, title }) : title}</h2>
          <p>
            {node && <span>{facts.typeOf(node.nodeType)}</span>}
            <code>{place}</code>
          </p>
        </div>
        {node && <NodeStatusBadge status={node.status} />}
        <IconButton icon={X} size="small" label={t("actions.close")} shortcut="esc" onClick={() => onSelect(undefined)} />
      </header>
      {scope && <ScopePath scope={scope} titleOf={facts.titleOf} onSelect={onSelect} />}
      {node && <NodeActions runId={props.runId} run={run} facts={facts} node={node} />}
      <div className={styles["body"]}>
        {node && <NodeDetails {...props} node={node} />}
        {round && <RoundDetails run={run} facts={facts} scope={place} onSelect={onSelect} />}
        {!node && !round && <p className={styles["faint"]}>{t("runs.notReached")}</p>}
      </div>
    </aside>
  );
}

/** The rounds that a node stands in, the outermost first. */
function ScopePath({ scope, titleOf, onSelect }: { scope: string; titleOf: (node: string) => string; onSelect: (place: string) => void }) {
  const { t } = useI18n();
  const scopes = scope.split("/").map((_, index, steps) => steps.slice(0, index + 1).join("/"));
  return (
    <nav className={styles["scopes"]} aria-label={t("runs.rounds")}>
      {scopes.map((one) => {
        const round = splitScope(one);
        if (!round) return null;
        return (
          <button key={one} type="button" onClick={() => onSelect(one)}>
            {t("runs.roundOf", { number: round.index + 1, title: titleOf(splitPlace(round.container).node) })}
          </button>
        );
      })}
    </nav>
  );
}
