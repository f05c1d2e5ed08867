import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useEditor, useEditorState } from "@/canvas";
import { summarize } from "@/canvas/operations/summary";
import { Badge, Button, CopyableId, Drawer, EmptyState, ErrorState, SkeletonLines, Time, useToasts } from "@/design";
import { History } from "lucide-react";
import type { App } from "@/features/apps";
import { useI18n } from "@/i18n";
import { useVersion, useVersions, type Version } from "../api";
import styles from "./Publishing.module.css";
import { SummaryView } from "./SummaryView";

/** All that was ever published, with notes; each can be brought back into the draft. */
export function VersionsDrawer({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useI18n();
  const versions = useVersions(app.id);
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <Drawer isOpen onOpenChange={onClose} title={t("workflows.versions")} description={t("workflows.versionsHint")}>
      {versions.isPending && <SkeletonLines lines={6} />}
      {versions.isError && <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.data?.length === 0 && (
        <EmptyState icon={History} title={t("workflows.noVersions")} isCompact>
          {t("workflows.noVersionsHint")}
        </EmptyState>
      )}
      <ul className={styles["versions"]}>
        {versions.data?.map((version) => (
          <OneVersion
            key={version.version}
            app={app.id}
            version={version}
            isOpen={opened === version.version}
            onToggle={() => setOpened(opened === version.version ? null : version.version)}
            onRestored={onClose}
          />
        ))}
      </ul>
    </Drawer>
  );
}

interface OneVersionProps {
  app: string;
  version: Version;
  isOpen: boolean;
  onToggle: () => void;
  onRestored: () => void;
}

function OneVersion({ app, version, isOpen, onToggle, onRestored }: OneVersionProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const editor = useEditor();
  const document = useEditorState((state) => state.document);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  const whole = useVersion(app, isOpen ? version.version : null);
  const restore = () => {
    const content = whole.data;
    if (!content) return;
    // The name stays: it is what callers and other apps know the app by.
    editor.edit((before) => ({ ...content, app: { ...content.app, name: before.app.name } }), { select: [], open: null });
    say(t("workflows.restored", { number: version.number }), { label: t("canvas.undo"), onSelect: () => editor.undo() });
    onRestored();
  };
  return (
    <li className={styles["version"]}>
      <button type="button" className={styles["versionHead"]} aria-expanded={isOpen} onClick={onToggle}>
        <span className={styles["number"]}>{t("workflows.versionNumber", { number: version.number })}</span>
        {version.is_current && <Badge tone="succeeded">{t("workflows.live")}</Badge>}
        <span className={styles["when"]}>
          <Time at={version.created_at} />
        </span>
        {version.note && <span className={styles["versionNote"]}>{version.note}</span>}
      </button>
      {isOpen && (
        <div className={styles["versionBody"]}>
          <CopyableId id={version.version} />
          {whole.isPending && <SkeletonLines lines={3} />}
          {whole.isError && <ErrorState error={whole.error} onRetry={() => void whole.refetch()} />}
          {whole.data && (
            <>
              <h3>{t("workflows.sinceThen")}</h3>
              <SummaryView summary={summarize(whole.data, document)} nodes={document.nodes} />
              <Button size="small" icon={RotateCcw} disabled={isReadOnly} onClick={restore}>
                {t("workflows.restore")}
              </Button>
            </>
          )}
        </div>
      )}
    </li>
  );
}
