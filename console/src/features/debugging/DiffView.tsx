import { useMemo, useState } from "react";
import { Badge, SegmentedControl } from "@/design";
import { useI18n } from "@/i18n";
import type { ValueChange } from "./api";
import { comparable } from "./figures";
import { diffLines, diffWords, type Piece } from "./text-diff";
import styles from "./Compare.module.css";

/** What became of a value: in one text, or side by side. */
export function DiffView({ change, title, isText }: { change: ValueChange; title: string; isText?: boolean }) {
  const { t } = useI18n();
  const [view, setView] = useState<"together" | "apart">("together");
  const { before, after } = change;
  const pieces = useMemo(() => {
    const texts: [string, string] = [comparable(before), comparable(after)];
    const isProse = isText || (typeof before === "string" && typeof after === "string");
    return isProse ? diffWords(...texts) : diffLines(...texts);
  }, [before, after, isText]);
  const label = { changed: t("debugging.changed"), added: t("debugging.added"), removed: t("debugging.removed") };
  return (
    <section className={styles["diff"]}>
      <header>
        <h3>{title}</h3>
        <Badge>{label[change.change]}</Badge>
        {change.is_shortened && <span className={styles["faint"]}>{t("debugging.shortened")}</span>}
        <span className={styles["grow"]} />
        <SegmentedControl
          label={t("debugging.view")}
          value={view}
          onChange={setView}
          options={[
            { value: "together", label: t("debugging.together") },
            { value: "apart", label: t("debugging.apart") },
          ]}
        />
      </header>
      {view === "together" ? (
        <Text pieces={pieces} label={title} />
      ) : (
        <div className={styles["columns"]}>
          <Text pieces={pieces.filter((piece) => piece.kind !== "added")} label={t("debugging.before")} />
          <Text pieces={pieces.filter((piece) => piece.kind !== "removed")} label={t("debugging.after")} />
        </div>
      )}
    </section>
  );
}

function Text({ pieces, label }: { pieces: Piece[]; label: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable
    <pre className={styles["text"]} tabIndex={0} aria-label={label}>
      {pieces.map((piece, index) =>
        piece.kind === "same" ? (
          <span key={index}>{piece.text}</span>
        ) : piece.kind === "added" ? (
          <ins key={index}>{piece.text}</ins>
        ) : (
          <del key={index}>{piece.text}</del>
        ),
      )}
    </pre>
  );
}
