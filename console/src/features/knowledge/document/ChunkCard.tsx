import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge, classes, ConfirmDialog, IconButton, Switch, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useDeleteChunk, useEditChunk, type Chunk } from "../api/chunks";
import { ChunkPlace } from "../shared/ChunkPlace";
import { ChunkForm } from "./ChunkForm";
import styles from "./Document.module.css";

/** More than this is folded until somebody wants it. */
const FOLD_CHARS = 1_200;

interface ChunkCardProps {
  place: { dataset: string; document: string };
  chunk: Chunk;
  isEditable: boolean;
  isMarked: boolean;
}

/** One chunk: where it stands, its text and keywords; edited where it is. */
export function ChunkCard({ place, chunk, isEditable, isMarked }: ChunkCardProps) {
  const { t, format } = useI18n();
  const { say, fail } = useToasts();
  const edit = useEditChunk(place);
  const toggle = useEditChunk(place);
  const remove = useDeleteChunk(place);
  const [mode, setMode] = useState<"edit" | "delete" | null>(null);
  const isOn = chunk.enabled ?? true;
  const number = format.number(chunk.seq + 1);
  return (
    <li
      id={`chunk-${chunk.id}`}
      tabIndex={-1}
      aria-current={isMarked || undefined}
      className={classes(styles["chunk"], !isOn && styles["off"], isMarked && styles["marked"])}
    >
      <div className={styles["chunkHead"]}>
        <strong>#{number}</strong>
        <Where chunk={chunk} />
        {chunk.is_edited && <Badge tone="accent">{t("documents.isEdited")}</Badge>}
        {isEditable && (
          <span className={styles["chunkActions"]}>
            <IconButton icon={Pencil} size="small" label={t("documents.chunkEdit", { number })} onClick={() => setMode("edit")} />
            <IconButton icon={Trash2} size="small" label={t("documents.chunkDelete", { number })} onClick={() => setMode("delete")} />
            <Switch
              isOn={toggle.isPending ? (toggle.variables.enabled ?? isOn) : isOn}
              label={<span className={styles["hidden"]}>{t("documents.chunkOn", { number })}</span>}
              onChange={(enabled) => toggle.mutate({ id: chunk.id, enabled }, { onError: fail })}
            />
          </span>
        )}
        {!isEditable && !isOn && <Badge>{t("documents.isOff")}</Badge>}
      </div>
      {mode === "edit" ? (
        <ChunkForm
          chunk={chunk}
          isBusy={edit.isPending}
          error={edit.error}
          onCancel={() => setMode(null)}
          onSave={(body) =>
            edit.mutate(
              { id: chunk.id, ...body },
              {
                onSuccess: () => {
                  setMode(null);
                  say(t("documents.chunkSaved"));
                },
              },
            )
          }
        />
      ) : (
        <Words chunk={chunk} />
      )}
      <ConfirmDialog
        isOpen={mode === "delete"}
        onOpenChange={() => setMode(null)}
        title={t("documents.chunkDeleteTitle", { number })}
        confirmLabel={t("actions.delete")}
        isDangerous
        onConfirm={() => remove.mutateAsync(chunk.id)}
      >
        {t("documents.chunkDeleteConfirm")}
      </ConfirmDialog>
    </li>
  );
}

/** The passage a child is of, and where the chunk stands. */
function Where({ chunk }: { chunk: Chunk }) {
  const { t, format } = useI18n();
  const { parent, start, end } = chunk;
  return (
    <>
      {typeof parent === "number" && (
        <span className={styles["offsets"]} title={t("knowledge.childOfHint")}>
          {t("knowledge.childOf", { number: format.number(parent + 1) })}
        </span>
      )}
      <ChunkPlace place={chunk} />
      {typeof start === "number" && typeof end === "number" && (
        <span className={styles["offsets"]} title={t("documents.offsetsHint")}>
          {format.number(start)}–{format.number(end)}
        </span>
      )}
    </>
  );
}

function Words({ chunk }: { chunk: Chunk }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const isLong = chunk.text.length > FOLD_CHARS;
  const keywords = chunk.keywords ?? [];
  return (
    <>
      <p className={styles["text"]}>{isLong && !isOpen ? `${chunk.text.slice(0, FOLD_CHARS)}…` : chunk.text.trimEnd()}</p>
      {isLong && (
        <button type="button" className={styles["fold"]} aria-expanded={isOpen} onClick={() => setIsOpen((before) => !before)}>
          {isOpen ? t("documents.showLess") : t("documents.showAll")}
        </button>
      )}
      {keywords.length > 0 && (
        <ul className={styles["keywords"]} aria-label={t("documents.keywords")}>
          {keywords.map((keyword) => (
            <li key={keyword}>
              <Badge>{keyword}</Badge>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
