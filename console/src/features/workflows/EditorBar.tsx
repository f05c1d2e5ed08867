import { CircleAlert, CircleCheck, FileCode2, History, Search, Settings2 } from "lucide-react";
import { useEditorState } from "@/canvas";
import { Button, IconButton } from "@/design";
import { AppMenu, type App } from "@/features/apps";
import { useI18n } from "@/i18n";
import { TopBarActions } from "@/shell";
import { useNavigate } from "react-router";
import styles from "./Editor.module.css";
import type { OpenPanel } from "./EditorView";
import { editorParts } from "./parts";
import type { DraftSync } from "./saving/draft-sync";
import { SaveIndicator } from "./saving/SaveIndicator";

interface EditorBarProps {
  app: App;
  sync: DraftSync;
  save: () => Promise<void>;
  onOpen: (panel: OpenPanel) => void;
  onProblems: () => void;
  hasProblems: boolean;
}

/** The editor's own actions, at the right of the path. */
export function EditorBar({ app, sync, save, onOpen, onProblems, hasProblems }: EditorBarProps) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const count = useEditorState((state) => state.issues.length);
  const isReadOnly = useEditorState((state) => state.isReadOnly);
  return (
    <TopBarActions>
      {!isReadOnly && <SaveIndicator sync={sync} save={save} />}
      <Button size="small" variant="ghost" aria-expanded={hasProblems} onClick={onProblems} className={count > 0 ? styles["faulty"] : styles["sound"]}>
        {count > 0 ? <CircleAlert size={15} aria-hidden /> : <CircleCheck size={15} aria-hidden />}
        {count > 0 ? t("workflows.problems", { count }) : t("workflows.noProblems")}
      </Button>
      <span className={styles["barDivider"]} />
      <IconButton size="small" icon={Search} label={t("workflows.findNode")} shortcut="/" onClick={() => onOpen("find")} />
      <IconButton size="small" icon={FileCode2} label={t("workflows.asYaml")} onClick={() => onOpen("yaml")} />
      <IconButton size="small" icon={Settings2} label={t("workflows.appSettings")} onClick={() => onOpen("settings")} />
      <IconButton size="small" icon={History} label={t("workflows.versions")} onClick={() => onOpen("versions")} />
      <AppMenu app={app} onDeleted={() => void navigate("/apps")} />
      {editorParts.map(({ id, Actions }) => Actions && <Actions key={id} app={app.id} save={save} />)}
      {!isReadOnly && (
        <Button size="small" variant="primary" onClick={() => onOpen("publish")}>
          {t("workflows.publish")}
        </Button>
      )}
    </TopBarActions>
  );
}
