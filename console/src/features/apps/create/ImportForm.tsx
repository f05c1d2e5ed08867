import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Callout, ErrorNote, FileDrop, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { checkDocument, importDocument, useCreateApp, useImportApp, type Imported } from "../api";
import type { CreateFormProps } from "../CreateAppDialog";
import { isOurs, nameIn, withName } from "../document-text";
import styles from "../Apps.module.css";
import { NameAndCreate } from "./CreateFields";
import { ImportReport } from "./ImportReport";

interface Source {
  content: string;
  name: string;
  /** What another platform's document became; null for ours, which is taken as it is. */
  translated: Imported | null;
  issues: number;
}

/** Reads a file and tells what importing it would give. */
async function readSource(file: File): Promise<Source> {
  const content = await file.text();
  if (isOurs(content)) {
    const checked = await checkDocument(content);
    return { content, name: nameIn(content) || (checked.name ?? ""), translated: null, issues: checked.errors.length };
  }
  const translated = await importDocument(content, { isTrial: true });
  const app = translated.document["app"] as { name?: string } | undefined;
  return { content, name: app?.name ?? "", translated, issues: translated.issues.length };
}

export function ImportForm({ onCreated }: CreateFormProps) {
  const { t } = useI18n();
  const [name, setName] = useState("");
  const read = useMutation({ mutationFn: readSource, onSuccess: (source) => setName(source.name) });
  const create = useCreateApp();
  const translate = useImportApp();
  const source = read.data;

  if (!source) {
    return (
      <div className={styles["create"]}>
        <FileDrop
          accept=".yaml,.yml,.json,.dsl"
          label={t("apps.importDrop")}
          hint={t("apps.importFormats")}
          onFiles={(files) => {
            if (files[0]) read.mutate(files[0]);
          }}
        />
        {read.isPending && (
          <div aria-live="polite">
            <p className={styles["muted"]}>{t("apps.importReading", { name: read.variables.name })}</p>
            <SkeletonLines />
          </div>
        )}
        {read.error && <ErrorNote error={read.error} />}
      </div>
    );
  }
  const submit = () => {
    if (source.translated) {
      translate.mutate(
        { content: source.content, name },
        { onSuccess: (done) => done.app && onCreated(done.app.id) },
      );
    } else {
      create.mutate(withName(source.content, name), { onSuccess: (app) => onCreated(app.id) });
    }
  };
  return (
    <div className={styles["create"]}>
      {source.translated ? (
        <ImportReport imported={source.translated} />
      ) : (
        <Callout tone="success" title={t("apps.importOurs")}>
          {t("apps.importNothing")}
        </Callout>
      )}
      {source.issues > 0 && <Callout tone="warning">{t("apps.importIssues", { count: source.issues })}</Callout>}
      <NameAndCreate
        name={name}
        onName={setName}
        isBusy={create.isPending || translate.isPending}
        error={create.error ?? translate.error}
        label={t("apps.importDone")}
        onCreate={submit}
        extra={
          <Button variant="ghost" onClick={read.reset}>
            {t("apps.importAgain")}
          </Button>
        }
      />
    </div>
  );
}
