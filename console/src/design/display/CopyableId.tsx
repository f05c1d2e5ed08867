import { useState } from "react";
import { copyText } from "@/design/button/CopyButton";
import { Tooltip } from "@/design/overlay/Tooltip";
import { useI18n } from "@/i18n";
import styles from "./CopyableId.module.css";

/** An id that a click copies; long ones are cut in the middle. */
export function CopyableId({ id, isWhole }: { id: string; isWhole?: boolean }) {
  const { t } = useI18n();
  const [isCopied, setIsCopied] = useState(false);
  const shown = isWhole || id.length <= 18 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`;
  return (
    <Tooltip label={isCopied ? t("actions.copied") : t("actions.copyId", { id })}>
      <button
        type="button"
        className={styles["id"]}
        onBlur={() => setIsCopied(false)}
        onClick={(event) => {
          event.preventDefault();
          event.stopPropagation();
          void copyText(id).then(setIsCopied);
        }}
      >
        {shown}
      </button>
    </Tooltip>
  );
}
