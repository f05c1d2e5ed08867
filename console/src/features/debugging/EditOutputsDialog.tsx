import { useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Textarea } from "@/design";
import type { NodeModel } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useFork } from "./api";
import { readObject } from "./changes";

interface EditOutputsDialogProps {
  runId: string;
  node: NodeModel;
  title: string;
  onClose: () => void;
  onMade: (runId: string) => void;
}

/** Gives a node other outputs and runs what follows from them; the node itself does not run. */
export function EditOutputsDialog({ runId, node, title, onClose, onMade }: EditOutputsDialogProps) {
  const { t } = useI18n();
  const fork = useFork(runId);
  const [text, setText] = useState(() => JSON.stringify(node.outputs ?? {}, null, 2));
  const outputs = readObject(text);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("debugging.editTitle", { node: title })}
      description={t("debugging.editHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button
            variant="primary"
            isBusy={fork.isPending}
            disabled={outputs === undefined}
            onClick={() => outputs && fork.mutate({ pins: { [node.place]: outputs } }, { onSuccess: onMade })}
          >
            {t("debugging.runWithThese")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Field label={t("debugging.outputs")} error={outputs === undefined ? t("debugging.notAnObject", { example: '{"text": "…"}' }) : undefined}>
          <Textarea isMono rows={14} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        {fork.error && <ErrorNote error={fork.error} />}
      </FieldStack>
    </Dialog>
  );
}
