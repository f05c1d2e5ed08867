import { useState } from "react";
import { Checkbox, ConfirmDialog, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useRemoveSource, type Source } from "../api/sources";
import styles from "./Sources.module.css";

/** Removes a source, and its documents if somebody wants that. */
export function RemoveSource({ dataset, source, onClose }: { dataset: string; source: Source; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const remove = useRemoveSource(dataset);
  const [isWhole, setIsWhole] = useState(false);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={t("sources.removeTitle", { name: source.name })}
      confirmLabel={t("sources.remove")}
      isDangerous
      onConfirm={async () => {
        await remove.mutateAsync({ id: source.id, documents: isWhole ? "remove" : "keep" });
        say(t("sources.removed", { name: source.name }));
      }}
    >
      <p>{t("sources.removeConfirm")}</p>
      <div className={styles["choice"]}>
        <Checkbox isOn={isWhole} label={t("sources.removeDocuments")} onChange={setIsWhole} />
      </div>
    </ConfirmDialog>
  );
}
