import { Copy, Download, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ConfirmDialog, IconButton, Menu, useToasts, type MenuEntry } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { exportApp, useCopyApp, useDeleteApp, type App } from "./api";
import { saveAs } from "./download";
import { EditAppDialog } from "./EditAppDialog";

/** What can be done with an app as a whole. */
export function AppMenu({ app, onDeleted }: { app: App; onDeleted?: () => void }) {
  const { t } = useI18n();
  const { may } = useSession();
  const { say, fail } = useToasts();
  const navigate = useNavigate();
  const copy = useCopyApp();
  const remove = useDeleteApp();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const close = () => setOpen(null);

  const download = async (format: string, extension: string) => {
    try {
      const { content, media_type, report } = await exportApp(app.id, format);
      saveAs(`${app.name}.${extension}`, content, media_type);
      const left = report.filter((part) => part.outcome === "left_out").length;
      if (left > 0) say(t("apps.exportLeftOut", { count: left }));
    } catch (error) {
      fail(error);
    }
  };
  const duplicate = () =>
    copy.mutate(app.id, {
      onSuccess: (made) =>
        say(t("apps.copied", { name: made.name }), {
          label: t("actions.open"),
          onSelect: () => void navigate(`/apps/${made.id}`),
        }),
      onError: fail,
    });

  const exports: MenuEntry[] = [
    { label: t("apps.exportSkep"), icon: Download, onSelect: () => void download("skep", "yaml") },
    { label: t("apps.exportDify"), icon: Download, onSelect: () => void download("dify", "yml") },
  ];
  const items: MenuEntry[] = may("apps:write")
    ? [
        { label: t("actions.edit"), icon: Pencil, onSelect: () => setOpen("edit") },
        { label: t("apps.duplicate"), icon: Copy, onSelect: duplicate },
        ...exports,
        "separator",
        { label: t("actions.delete"), icon: Trash2, isDangerous: true, onSelect: () => setOpen("delete") },
      ]
    : exports;
  return (
    <>
      <Menu items={items} trigger={<IconButton icon={MoreHorizontal} label={t("actions.more")} size="small" />} />
      {open === "edit" && <EditAppDialog app={app} onClose={close} />}
      <ConfirmDialog
        isOpen={open === "delete"}
        onOpenChange={close}
        title={t("apps.deleteTitle", { name: app.name })}
        confirmLabel={t("actions.delete")}
        isDangerous
        onConfirm={async () => {
          await remove.mutateAsync(app.id);
          say(t("apps.deleted", { name: app.name }));
          onDeleted?.();
        }}
      >
        {t("apps.deleteConfirm")}
      </ConfirmDialog>
    </>
  );
}
