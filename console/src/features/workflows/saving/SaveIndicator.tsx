import { Check, CircleAlert, CloudOff, LoaderCircle, Pencil } from "lucide-react";
import { useStore } from "zustand";
import { Popover, ErrorNote, Button } from "@/design";
import { useI18n } from "@/i18n";
import type { DraftSync } from "./draft-sync";
import styles from "../Editor.module.css";

/** Whether what is on the canvas is what the server has. */
export function SaveIndicator({ sync, save }: { sync: DraftSync; save: () => Promise<void> }) {
  const { t } = useI18n();
  const { state, problem } = useStore(sync.state);
  if (state === "refused" && problem) {
    return (
      <Popover
        label={t("workflows.notSaved")}
        align="end"
        trigger={
          <button type="button" className={styles["saveState"]} data-state={state}>
            <CircleAlert size={14} aria-hidden />
            {t("workflows.notSaved")}
          </button>
        }
      >
        <div className={styles["refused"]}>
          <ErrorNote error={problem} />
          <Button size="small" onClick={() => void save().catch(() => undefined)}>
            {t("actions.tryAgain")}
          </Button>
        </div>
      </Popover>
    );
  }
  const [Icon, text] = {
    saved: [Check, t("workflows.saved")] as const,
    unsaved: [Pencil, t("workflows.unsaved")] as const,
    saving: [LoaderCircle, t("workflows.saving")] as const,
    offline: [CloudOff, t("workflows.savedHere")] as const,
    refused: [CircleAlert, t("workflows.notSaved")] as const,
  }[state];
  return (
    <span className={styles["saveState"]} data-state={state} role="status" title={state === "offline" ? t("workflows.savedHereHint") : undefined}>
      <Icon size={14} aria-hidden />
      {text}
    </span>
  );
}
