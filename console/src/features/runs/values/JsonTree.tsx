import { ChevronRight, File as FileIcon } from "lucide-react";
import { useState } from "react";
import { classes, CopyButton, copyText, Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import { fileOf } from "../form/fields";
import { copyable, entriesOf, isNested, pathText, summaryOf, type Step } from "./json-paths";
import styles from "./JsonTree.module.css";

export interface JsonTreeProps {
  value: unknown;
  /** What stands before a path that is copied: the node's id. */
  root?: string;
  /** How deep it is open at first. */
  openDepth?: number;
}

/** A value to look through: opened and closed part by part, each with its path to copy. */
export function JsonTree({ value, root = "", openDepth = 2 }: JsonTreeProps) {
  const { t } = useI18n();
  if (isNested(value) && !fileOf(value) && entriesOf(value).length === 0) {
    return <p className={styles["nothing"]}>{t("runs.nothing")}</p>;
  }
  const base: Step[] = root ? [root] : [];
  if (!isNested(value) || fileOf(value)) return <Leaf value={value} />;
  return (
    <div className={styles["tree"]}>
      <Inside value={value} path={base} openDepth={openDepth} />
    </div>
  );
}

const SHOWN_AT_ONCE = 100;

function Inside({ value, path, openDepth }: { value: Record<string, unknown> | unknown[]; path: Step[]; openDepth: number }) {
  const { t } = useI18n();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const entries = entriesOf(value);
  return (
    <ul className={styles["inside"]}>
      {entries.slice(0, shown).map(([step, item]) => (
        <Entry key={step} step={step} value={item} path={[...path, step]} openDepth={openDepth} />
      ))}
      {entries.length > shown && (
        <li>
          <button type="button" className={styles["more"]} onClick={() => setShown(shown + 10 * SHOWN_AT_ONCE)}>
            {t("runs.showRest", { count: entries.length - shown })}
          </button>
        </li>
      )}
    </ul>
  );
}

function Entry({ step, value, path, openDepth }: { step: Step; value: unknown; path: Step[]; openDepth: number }) {
  const [isOpen, setIsOpen] = useState(openDepth > 0);
  const isBranch = isNested(value) && !fileOf(value) && entriesOf(value).length > 0;
  return (
    <li>
      <div className={styles["row"]}>
        {isBranch ? (
          <button type="button" className={styles["toggle"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            <ChevronRight size={13} className={classes(styles["chevron"], isOpen && styles["open"])} aria-hidden />
            <span className={styles["key"]}>{step}</span>
            {!isOpen && <span className={styles["summary"]}>{summaryOf(value)}</span>}
          </button>
        ) : (
          <>
            <span className={styles["key"]}>{step}</span>
            <Leaf value={value} />
          </>
        )}
        <span className={styles["tools"]}>
          <PathButton path={pathText(path)} />
          <CopyButton text={copyable(value)} />
        </span>
      </div>
      {isBranch && isOpen && <Inside value={value} path={path} openDepth={openDepth - 1} />}
    </li>
  );
}

function PathButton({ path }: { path: string }) {
  const { t } = useI18n();
  const [isCopied, setIsCopied] = useState(false);
  return (
    <Tooltip label={isCopied ? t("actions.copied") : t("runs.copyPath", { path })}>
      <button
        type="button"
        className={styles["path"]}
        aria-label={t("runs.copyPath", { path })}
        onBlur={() => setIsCopied(false)}
        onClick={() => void copyText(`{{${path}}}`).then(setIsCopied)}
      >
        {"{{ }}"}
      </button>
    </Tooltip>
  );
}

const SHOWN_OF_TEXT = 400;

function Leaf({ value }: { value: unknown }) {
  const { t, format } = useI18n();
  const [isWhole, setIsWhole] = useState(false);
  const file = fileOf(value);
  if (file) {
    return (
      <a className={styles["file"]} href={`/api/v1/files/${file.id}/content`} download={file.name ?? file.id}>
        <FileIcon size={13} aria-hidden />
        {file.name ?? file.id}
        {file.size_bytes !== undefined && <span className={styles["summary"]}>{format.bytes(file.size_bytes)}</span>}
      </a>
    );
  }
  if (isNested(value)) return <span className={styles["null"]}>{Array.isArray(value) ? "[ ]" : "{ }"}</span>;
  if (typeof value !== "string") {
    return <span className={styles[value === null ? "null" : typeof value]}>{String(value)}</span>;
  }
  if (value === "") return <span className={styles["null"]}>{'""'}</span>;
  const isCut = value.length > SHOWN_OF_TEXT && !isWhole;
  return (
    <span className={styles["string"]}>
      {isCut ? `${value.slice(0, SHOWN_OF_TEXT)}…` : value}
      {value.length > SHOWN_OF_TEXT && (
        <button type="button" className={styles["more"]} onClick={() => setIsWhole(!isWhole)}>
          {isCut ? t("runs.showAll", { size: format.compact(value.length) }) : t("runs.showLess")}
        </button>
      )}
    </span>
  );
}
