import { useState } from "react";
import { Button, Callout, Dialog, ErrorNote, Field, FieldStack } from "@/design";
import { useI18n } from "@/i18n";
import { useMoveDataset, type Dataset } from "../api/datasets";
import { ModelPicker } from "../shared/ModelPicker";

/** Embeds a dataset with another model, while the present vectors serve. */
export function MoveDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const { t } = useI18n();
  const move = useMoveDataset(dataset.id);
  const [model, setModel] = useState("default");
  const isSame = model === dataset.embedding_model;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("knowledge.moveTitle")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button
            variant="primary"
            isBusy={move.isPending}
            disabled={isSame}
            onClick={() => move.mutate({ embedding_model: model }, { onSuccess: onClose })}
          >
            {t("knowledge.moveStart")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Callout>{t("knowledge.moveHint")}</Callout>
        <Field label={t("knowledge.embeddingModel")} error={isSame ? t("knowledge.moveSame") : undefined}>
          <ModelPicker
            kind="embedding"
            label={t("knowledge.embeddingModel")}
            value={model}
            onChange={setModel}
            first={{ value: "default", label: t("knowledge.defaultModel"), description: t("knowledge.defaultModelHint") }}
          />
        </Field>
        {move.error && <ErrorNote error={move.error} />}
      </FieldStack>
    </Dialog>
  );
}
