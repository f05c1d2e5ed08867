import { Plus, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button, IconButton } from "@/design";
import { useI18n } from "@/i18n";
import { titleOf, type Conversation } from "./conversations";
import styles from "./Conversations.module.css";

interface ConversationListProps {
  conversations: readonly Conversation[];
  currentId: string | undefined;
  onOpen: (id: string) => void;
  onRenew: () => void;
  onRemove: (id: string) => void;
}

/** The visitor's conversations, named by their first messages. They are kept in this browser alone. */
export function ConversationList({ conversations, currentId, onOpen, onRenew, onRemove }: ConversationListProps) {
  const { t } = useI18n();
  const [leaving, setLeaving] = useState<string>();
  return (
    <div className={styles["panel"]}>
      <Button icon={Plus} className={styles["new"]} onClick={onRenew}>
        {t("webapp.newConversation")}
      </Button>
      {conversations.length === 0 ? (
        <p className={styles["nothing"]}>{t("webapp.noConversations")}</p>
      ) : (
        <ul className={styles["list"]}>
          {conversations.map((conversation) => {
            const title = titleOf(conversation);
            const { id } = conversation;
            if (id === leaving) {
              return (
                <li key={id} className={styles["leaving"]}>
                  <span>{t("webapp.deleteAsk")}</span>
                  <Button size="small" variant="danger" autoFocus onClick={() => onRemove(id)}>
                    {t("actions.delete")}
                  </Button>
                  <Button size="small" variant="ghost" onClick={() => setLeaving(undefined)}>
                    {t("actions.cancel")}
                  </Button>
                </li>
              );
            }
            return (
              <li key={id} className={styles["item"]} data-current={id === currentId || undefined}>
                <button type="button" aria-current={id === currentId || undefined} title={title} onClick={() => onOpen(id)}>
                  {title}
                </button>
                <IconButton
                  size="small"
                  icon={Trash2}
                  label={t("webapp.deleteConversation", { title })}
                  className={styles["remove"]}
                  onClick={() => setLeaving(id)}
                />
              </li>
            );
          })}
        </ul>
      )}
      <p className={styles["where"]}>{t("webapp.keptHere")}</p>
    </div>
  );
}

/** The list over the page, from its left edge, where there is no room beside it. */
export function ConversationDrawer({ isOpen, onClose, children }: { isOpen: boolean; onClose: () => void; children: ReactNode }) {
  const { t } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    // A click beside the panel meets the dialog itself; Escape closes it for keyboards.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      className={styles["drawer"]}
      aria-label={t("webapp.conversations")}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {isOpen && (
        <div className={styles["inside"]}>
          <div className={styles["head"]}>
            <h2>{t("webapp.conversations")}</h2>
            <IconButton icon={X} label={t("actions.close")} onClick={onClose} />
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
