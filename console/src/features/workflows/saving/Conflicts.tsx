import { GitMerge } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { useEditorState } from "@/canvas";
import type { Conflict } from "@/canvas/operations/merge";
import { shortText } from "@/canvas/operations/summary";
import { Button, Dialog, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import styles from "../Editor.module.css";
import type { DraftSync } from "./draft-sync";

/** What two people have both changed, until somebody decides; and a word when others changed something. */
export function Conflicts({ sync }: { sync: DraftSync }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const { conflicts, adopted } = useStore(sync.state);
  const [isOpen, setIsOpen] = useState(false);
  const told = useRef(0);
  useEffect(() => {
    if (adopted > told.current) say(t("workflows.othersChanged"));
    told.current = adopted;
  }, [adopted, say, t]);
  if (conflicts.length === 0) return null;
  return (
    <>
      <div className={styles["conflictBar"]} role="alert">
        <GitMerge size={15} aria-hidden />
        {t("workflows.conflicts", { count: conflicts.length })}
        <Button size="small" onClick={() => setIsOpen(true)}>
          {t("workflows.decide")}
        </Button>
      </div>
      <Dialog isOpen={isOpen} onOpenChange={setIsOpen} size="large" title={t("workflows.conflictsTitle")} description={t("workflows.conflictsHint")}>
        <ul className={styles["conflicts"]}>
          {conflicts.map((conflict) => (
            <OneConflict key={conflict.path.join("/")} conflict={conflict} onChoose={(choice) => sync.resolve(conflict, choice)} />
          ))}
        </ul>
      </Dialog>
    </>
  );
}

function OneConflict({ conflict, onChoose }: { conflict: Conflict; onChoose: (choice: "mine" | "theirs") => void }) {
  const { t } = useI18n();
  const [section, id = ""] = conflict.path;
  const title = useEditorState(({ document }) => (section === "nodes" ? (document.nodes[id]?.title ?? id) : section));
  const rest = conflict.path.slice(section === "nodes" ? 2 : 1).join(" › ");
  const shown = (value: unknown) => (value === undefined ? t("workflows.removed") : shortText(value));
  return (
    <li>
      <h3>
        {title} {rest && <span>{rest}</span>}
      </h3>
      <div className={styles["sides"]}>
        <section>
          <h4>{t("workflows.mine")}</h4>
          <pre>{shown(conflict.mine)}</pre>
          <Button size="small" onClick={() => onChoose("mine")}>
            {t("workflows.useMine")}
          </Button>
        </section>
        <section>
          <h4>{t("workflows.theirs")}</h4>
          <pre>{shown(conflict.theirs)}</pre>
          <Button size="small" onClick={() => onChoose("theirs")}>
            {t("workflows.keepTheirs")}
          </Button>
        </section>
      </div>
    </li>
  );
}
