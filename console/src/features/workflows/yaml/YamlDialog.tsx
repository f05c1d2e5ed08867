import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "@/api/client";
import { asProblem } from "@/api/problem";
import { normal, useEditor, useEditorState, type WorkflowDocument } from "@/canvas";
import { Button, CopyButton, Dialog, ErrorNote, SkeletonLines, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { readDraft } from "../api";
import type { DraftSync } from "../saving/draft-sync";
import { TextEditor } from "../text/TextEditor";
import styles from "../Editor.module.css";

interface YamlDialogProps {
  app: string;
  sync: DraftSync;
  save: () => Promise<void>;
  onClose: () => void;
}

/** The same document as text. What is changed here is taken over into the canvas as one step. */
export function YamlDialog({ app, sync, save, onClose }: YamlDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const editor = useEditor();
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const [text, setText] = useState<string | null>(null);
  const address = `/api/v1/apps/${app}/draft`;
  const yaml = useQuery({
    queryKey: ["apps", app, "yaml"],
    queryFn: async ({ signal }) => {
      if (!isReadOnly) await save();
      return (await send(address, { headers: { Accept: "application/yaml" }, signal })).text();
    },
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const apply = useMutation({
    mutationFn: async (content: string): Promise<WorkflowDocument> => {
      const headers = { "Content-Type": "application/yaml", "If-Match": sync.tag };
      await send(address, { method: "PUT", headers, body: content });
      return (await readDraft(app)).document;
    },
    onSuccess: (document) => {
      editor.edit(() => normal(document), { select: [], open: null });
      void sync.pull();
      say(t("workflows.yamlTaken"), { label: t("canvas.undo"), onSelect: () => editor.undo() });
      onClose();
    },
  });
  const shown = text ?? yaml.data ?? "";
  const isStale = apply.isError && asProblem(apply.error).status === 412;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="large"
      title={t("workflows.asYaml")}
      description={t("workflows.asYamlHint")}
      footer={
        <>
          <CopyButton text={shown} label={t("actions.copy")} size="medium" />
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" disabled={isReadOnly || text === null || text === yaml.data} isBusy={apply.isPending} onClick={() => apply.mutate(shown)}>
            {t("workflows.takeOver")}
          </Button>
        </>
      }
    >
      {yaml.isPending && <SkeletonLines lines={10} />}
      {yaml.isError && <ErrorNote error={yaml.error} />}
      {yaml.data !== undefined && (
        <div className={styles["yaml"]}>
          <TextEditor value={shown} onChange={setText} language="yaml" label={t("workflows.asYaml")} isReadOnly={isReadOnly} rows={22} />
        </div>
      )}
      {apply.isError && (isStale ? <ErrorNote error={new Error(t("workflows.yamlStale"))} /> : <ErrorNote error={apply.error} />)}
    </Dialog>
  );
}
