import { Dialog } from "@/design";
import type { NodeModel, RunFacts, RunModel } from "@/features/runs";
import { useI18n } from "@/i18n";
import { NodeRunForm } from "./NodeRunForm";

interface NodeRunDialogProps {
  run: RunModel;
  facts: RunFacts;
  node: NodeModel;
  onClose: () => void;
  onMade: (runId: string) => void;
}

/** The draft's node alone, with the values that it had in this run. */
export function NodeRunDialog({ run, facts, node, onClose, onMade }: NodeRunDialogProps) {
  const { t } = useI18n();
  return (
    <Dialog isOpen onOpenChange={onClose} title={t("debugging.aloneTitle", { node: facts.titleOf(node.node) })} description={t("debugging.aloneHint")}>
      {facts.document && facts.nodeTypes && facts.appId && (
        <NodeRunForm
          app={facts.appId}
          document={facts.document}
          nodeTypes={facts.nodeTypes}
          node={node.node}
          lastRun={run}
          scope={node.scope}
          onMade={onMade}
        />
      )}
    </Dialog>
  );
}
