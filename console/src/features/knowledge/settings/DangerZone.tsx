import { useState } from "react";
import { useNavigate } from "react-router";
import { Button, Card, Dialog, ErrorNote, Field, FieldStack, Input, useToasts } from "@/design";
import { Text, useI18n } from "@/i18n";
import { useDeleteDataset, type Dataset } from "../api/datasets";
import styles from "./Settings.module.css";

/** Deletes the dataset, once its name was typed. */
export function DangerZone({ dataset }: { dataset: Dataset }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card className={styles["danger"] ?? ""} title={t("knowledge.dangerZone")}>
      <div className={styles["dangerLine"]}>
        <p>{t("knowledge.deleteHint")}</p>
        <Button variant="danger" onClick={() => setIsOpen(true)}>
          {t("knowledge.deleteDataset")}
        </Button>
      </div>
      {isOpen && <DeleteDialog dataset={dataset} onClose={() => setIsOpen(false)} />}
    </Card>
  );
}

function DeleteDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const navigate = useNavigate();
  const remove = useDeleteDataset();
  const [typed, setTyped] = useState("");
  const isSure = typed.trim() === dataset.name;
  const submit = () =>
    remove.mutate(dataset.id, {
      onSuccess: () => {
        say(t("knowledge.deleted", { name: dataset.name }));
        void navigate("/knowledge");
      },
    });
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="small"
      title={t("knowledge.deleteTitle", { name: dataset.name })}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="danger" isBusy={remove.isPending} disabled={!isSure} onClick={submit}>
            {t("knowledge.deleteDataset")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <p>{t("knowledge.deleteConfirm", { count: dataset.documents })}</p>
        <Field label={<Text k="knowledge.typeName" values={{ name: <strong>{dataset.name}</strong> }} />}>
          <Input autoFocus value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
        </Field>
        {remove.error && <ErrorNote error={remove.error} />}
      </FieldStack>
    </Dialog>
  );
}
