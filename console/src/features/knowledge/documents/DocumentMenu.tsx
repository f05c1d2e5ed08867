import { Archive, ArchiveRestore, Ban, MoreHorizontal, Pause, Pencil, Play, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog, IconButton, Menu, useToasts, type MenuEntry } from "@/design";
import { useI18n } from "@/i18n";
import { useDeleteDocument, useEditDocument, useOrderDocument, type Doc, type Order } from "../api/documents";
import { possible } from "./actions";
import { EditDocumentDialog } from "./EditDocumentDialog";

interface DocumentMenuProps {
  dataset: string;
  document: Doc;
  onDeleted?: () => void;
}

/** What can be done with a document. */
export function DocumentMenu({ dataset, document, onDeleted }: DocumentMenuProps) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const order = useOrderDocument(dataset);
  const edit = useEditDocument(dataset);
  const remove = useDeleteDocument(dataset);
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const can = possible(document);
  const close = () => setOpen(null);
  const give = (one: Order) => order.mutate({ id: document.id, order: one }, { onError: fail });
  const archive = (archived: boolean) =>
    edit.mutate(
      { id: document.id, archived },
      {
        onSuccess: () => say(t(archived ? "documents.archived" : "documents.restored", { name: document.name })),
        onError: fail,
      },
    );
  const changes: (MenuEntry | false)[] = [
    can.edit && { label: t("documents.edit"), icon: Pencil, onSelect: () => setOpen("edit") },
    can.pause && { label: t("documents.pause"), icon: Pause, onSelect: () => give("pauses") },
    can.resume && { label: t("documents.resume"), icon: Play, onSelect: () => give("resumptions") },
    can.cancel && { label: t("documents.cancel"), icon: Ban, onSelect: () => give("cancellations") },
    can.retry && { label: t("actions.tryAgain"), icon: RotateCw, onSelect: () => give("retries") },
    can.archive && { label: t("documents.archive"), icon: Archive, onSelect: () => archive(true) },
    can.restore && { label: t("documents.restore"), icon: ArchiveRestore, onSelect: () => archive(false) },
  ];
  const items: MenuEntry[] = [
    ...changes.filter((entry) => entry !== false),
    "separator",
    { label: t("actions.delete"), icon: Trash2, isDangerous: true, onSelect: () => setOpen("delete") },
  ];
  if (!can.delete) return null;
  return (
    <>
      <Menu items={items} trigger={<IconButton icon={MoreHorizontal} label={`${t("actions.more")}: ${document.name}`} size="small" />} />
      {open === "edit" && <EditDocumentDialog dataset={dataset} document={document} onClose={close} />}
      <ConfirmDialog
        isOpen={open === "delete"}
        onOpenChange={close}
        title={t("documents.deleteTitle", { name: document.name })}
        confirmLabel={t("actions.delete")}
        isDangerous
        onConfirm={async () => {
          await remove.mutateAsync(document.id);
          say(t("documents.deleted", { name: document.name }));
          onDeleted?.();
        }}
      >
        {t("documents.deleteConfirm")}
      </ConfirmDialog>
    </>
  );
}
