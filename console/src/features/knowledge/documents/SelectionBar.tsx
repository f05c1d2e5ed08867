import { Power, PowerOff, RotateCw, Trash2, X } from "lucide-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button, ConfirmDialog, IconButton, Spacer, Toolbar, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { deleteDocument, editDocument, orderDocument, refreshDocuments, type Doc } from "../api/documents";
import { doToAll, possible } from "./actions";
import type { Selection } from "./use-selection";
import styles from "./Documents.module.css";

/** What can be done with several documents at once; it stands in place of the filters. */
export function SelectionBar({ dataset, selection }: { dataset: string; selection: Selection }) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [isDeleting, setIsDeleting] = useState(false);
  const { chosen } = selection;
  const failed = chosen.filter((document) => possible(document).retry);
  const switchable = chosen.filter((document) => possible(document).toggle);
  const run = async (name: string, documents: readonly Doc[], act: (document: Doc) => Promise<unknown>) => {
    setBusy(name);
    const refused = await doToAll(documents, act);
    await refreshDocuments(queries, dataset);
    setBusy(null);
    const done = documents.length - refused.length;
    if (done > 0) say(t("documents.changed", { count: done }));
    if (refused[0]) fail(refused[0].error);
    selection.clear();
  };
  return (
    <Toolbar>
      <span className={styles["selected"]} role="status">
        {t("documents.selected", { count: chosen.length })}
      </span>
      <Button
        icon={Power}
        isBusy={busy === "on"}
        disabled={busy !== null || switchable.length === 0}
        onClick={() => void run("on", switchable, ({ id }) => editDocument(dataset, id, { enabled: true }))}
      >
        {t("documents.switchOn")}
      </Button>
      <Button
        icon={PowerOff}
        isBusy={busy === "off"}
        disabled={busy !== null || switchable.length === 0}
        onClick={() => void run("off", switchable, ({ id }) => editDocument(dataset, id, { enabled: false }))}
      >
        {t("documents.switchOff")}
      </Button>
      <Button
        icon={RotateCw}
        isBusy={busy === "retry"}
        disabled={busy !== null || failed.length === 0}
        onClick={() => void run("retry", failed, ({ id }) => orderDocument(dataset, id, "retries"))}
      >
        {t("actions.tryAgain")}
      </Button>
      <Button icon={Trash2} disabled={busy !== null} onClick={() => setIsDeleting(true)}>
        {t("actions.delete")}
      </Button>
      <Spacer />
      <IconButton icon={X} label={t("documents.selectNone")} onClick={selection.clear} />
      <ConfirmDialog
        isOpen={isDeleting}
        onOpenChange={setIsDeleting}
        title={t("documents.deleteManyTitle", { count: chosen.length })}
        confirmLabel={t("actions.delete")}
        isDangerous
        onConfirm={() => run("delete", chosen, ({ id }) => deleteDocument(dataset, id))}
      >
        {t("documents.deleteManyConfirm")}
      </ConfirmDialog>
    </Toolbar>
  );
}
