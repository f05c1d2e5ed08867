import { useMemo } from "react";
import { CopyButton } from "@/design/button/CopyButton";
import { classes } from "@/design/classes";
import { highlight, type CodeLanguage } from "@/design/display/highlight";
import styles from "./CodeBlock.module.css";

export interface CodeBlockProps {
  code: string;
  language?: CodeLanguage;
  /** Above the code: a file name, a command's purpose. */
  title?: string;
  isWrapped?: boolean;
  maxHeight?: number;
}

/** Code to read and copy. */
export function CodeBlock({ code, language = "text", title, isWrapped, maxHeight = 420 }: CodeBlockProps) {
  const pieces = useMemo(() => highlight(code, language), [code, language]);
  return (
    <div className={styles["block"]}>
      {title && <div className={styles["title"]}>{title}</div>}
      <div className={styles["copy"]}>
        <CopyButton text={code} />
      </div>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes(styles["code"], isWrapped && styles["wrapped"])} style={{ maxHeight }} tabIndex={0}>
        <code>
          {pieces.map(({ kind, text }, index) => (
            <span key={index} className={kind && styles[kind]}>
              {text}
            </span>
          ))}
        </code>
      </pre>
    </div>
  );
}
