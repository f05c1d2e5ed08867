import { GitFork, Pencil, Play } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "@/design";
import { EditOutputsDialog, ForkDialog, NodeRunDialog } from "@/features/debugging";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import type { NodeModel, RunModel } from "../model";
import type { RunFacts } from "../page/use-run-facts";
import styles from "./SidePanel.module.css";

interface NodeActionsProps {
  runId: string;
  run: RunModel;
  facts: RunFacts;
  node: NodeModel;
}

/** Run again from here, with other outputs, or this node alone. */
export function NodeActions({ runId, run, facts, node }: NodeActionsProps) {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"fork" | "edit" | "alone" | null>(null);
  if (!may("runs:write") || node.status === "skipped" || run.started?.only) return null;
  const close = () => setOpen(null);
  const go = (made: string) => void navigate(`/runs/${made}`);
  return (
    <div className={styles["actions"]}>
      <Button size="small" icon={GitFork} onClick={() => setOpen("fork")}>
        {t("debugging.runFromHere")}
      </Button>
      {node.outputs && (
        <Button size="small" icon={Pencil} onClick={() => setOpen("edit")}>
          {t("debugging.editOutputs")}
        </Button>
      )}
      {facts.document && (
        <Button size="small" icon={Play} onClick={() => setOpen("alone")}>
          {t("debugging.runAlone")}
        </Button>
      )}
      {open === "fork" && <ForkDialog runId={runId} run={run} facts={facts} at={[node.place]} onClose={close} onMade={go} />}
      {open === "edit" && <EditOutputsDialog runId={runId} node={node} title={facts.titleOf(node.node)} onClose={close} onMade={go} />}
      {open === "alone" && <NodeRunDialog run={run} facts={facts} node={node} onClose={close} onMade={go} />}
    </div>
  );
}
