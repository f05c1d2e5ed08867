import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, call } from "@/api/client";
import { useEditorState } from "@/canvas";
import { summarize } from "@/canvas/operations/summary";
import { Button, Callout, Dialog, ErrorNote, Field, SkeletonLines, Textarea, useToasts } from "@/design";
import type { App } from "@/features/apps";
import { useI18n } from "@/i18n";
import { useVersion, useVersions } from "../api";
import { SummaryView } from "./SummaryView";

interface PublishDialogProps {
  app: App;
  save: () => Promise<void>;
  onClose: () => void;
  onProblems: () => void;
}

/** Makes the draft what runs: what that changes, and a note about it. */
export function PublishDialog({ app, save, onClose, onProblems }: PublishDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const document = useEditorState((state) => state.document);
  const issues = useEditorState((state) => state.issues.length);
  const versions = useVersions(app.id);
  const current = versions.data?.find((version) => version.is_current);
  const published = useVersion(app.id, current?.version ?? null);
  const publish = useMutation({
    mutationFn: async () => {
      await save();
      return call(api.POST("/api/v1/apps/{app}/versions", { params: { path: { app: app.id } }, body: { note } }));
    },
    onSuccess: async (version) => {
      await queries.invalidateQueries({ queryKey: ["apps"] });
      say(t("workflows.published", { number: version.number }));
      onClose();
    },
  });
  const summary = published.data && summarize(published.data, document);
  const isWaiting = versions.isPending || (current !== undefined && published.isPending);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="large"
      title={t("workflows.publishTitle")}
      description={t("workflows.publishHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={publish.isPending} disabled={issues > 0 || summary?.isSame} onClick={() => publish.mutate()}>
            {t("workflows.publish")}
          </Button>
        </>
      }
    >
      {issues > 0 && (
        <Callout
          tone="danger"
          title={t("workflows.cannotPublish", { count: issues })}
          action={
            <Button
              size="small"
              onClick={() => {
                onClose();
                onProblems();
              }}
            >
              {t("workflows.showProblems")}
            </Button>
          }
        />
      )}
      <Field label={t("workflows.note")} isOptional hint={t("workflows.noteHint")}>
        <Textarea rows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} autoFocus />
      </Field>
      {isWaiting ? <SkeletonLines lines={4} /> : summary ? <SummaryView summary={summary} nodes={document.nodes} /> : <Callout>{t("workflows.firstVersion")}</Callout>}
      {publish.isError && <ErrorNote error={publish.error} />}
    </Dialog>
  );
}
