import { SearchX, TextSearch } from "lucide-react";
import { useMemo } from "react";
import { Link } from "react-router";
import { Callout, EmptyState, Skeleton, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import type { Found, FoundChunk } from "../api/retrieval";
import { ChunkPlace } from "../shared/ChunkPlace";
import { FileIcon } from "../shared/FileIcon";
import { flowing } from "./flowing";
import { highlight, wordsOf } from "./highlight";
import styles from "./Retrieval.module.css";

interface ResultsProps {
  /** Null when the documents are kept elsewhere: there is none to open. */
  dataset: string | null;
  found: Found | undefined;
  query: string;
  isPending: boolean;
}

/** What was found, best first. */
export function Results({ dataset, found, query, isPending }: ResultsProps) {
  const { t, format } = useI18n();
  const words = useMemo(() => wordsOf(query), [query]);
  if (isPending) return <Waiting />;
  if (!found) {
    return (
      <EmptyState icon={TextSearch} title={t("knowledge.resultsTitle")}>
        {t("knowledge.resultsHint")}
      </EmptyState>
    );
  }
  if (found.chunks.length === 0) {
    return (
      <>
        <Told found={found} />
        <EmptyState icon={SearchX} title={t("knowledge.nothingFound")}>
          {t("knowledge.nothingFoundHint")}
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <Told found={found} />
      <p className={styles["summary"]}>
        {t("knowledge.foundCount", { count: found.chunks.length })}
        {found.elapsed_s !== undefined && ` · ${format.duration(found.elapsed_s)}`}
      </p>
      <ol className={styles["results"]}>
        {found.chunks.map((chunk, index) => (
          <Result key={chunk.id} dataset={dataset} chunk={chunk} rank={index + 1} words={words} />
        ))}
      </ol>
    </>
  );
}

/** What a model worded, and what did not go as asked. */
function Told({ found: { wordings = [], notes = [] } }: { found: Found }) {
  const { t } = useI18n();
  return (
    <>
      {notes.map((note) => (
        <div key={note} className={styles["note"]}>
          <Callout tone="warning">{note}</Callout>
        </div>
      ))}
      {wordings.length > 0 && (
        <div className={styles["wordings"]}>
          <span>{t("knowledge.alsoSearched")}</span>
          <ul>
            {wordings.map((wording) => (
              <li key={wording}>{wording}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Result({ dataset, chunk, rank, words }: { dataset: string | null; chunk: FoundChunk; rank: number; words: string[] }) {
  const { t, format } = useI18n();
  const score = chunk.score.toFixed(3);
  const share = Math.min(Math.max(chunk.score, 0), 1);
  return (
    <li className={styles["result"]}>
      <div className={styles["resultHead"]}>
        <span className={styles["rank"]}>{format.number(rank)}</span>
        <FileIcon name={chunk.document_name} />
        {dataset === null ? (
          <span className={styles["resultLink"]}>{chunk.document_name}</span>
        ) : (
          <Link
            className={styles["resultLink"]}
            to={`/knowledge/${dataset}/documents/${chunk.document_id}#chunk-${chunk.id}`}
            title={t("knowledge.openChunk")}
          >
            {chunk.document_name}
          </Link>
        )}
        <span className={styles["place"]}>
          {dataset !== null && (
            <span className={styles["positions"]}>{positions(chunk).map((seq) => `#${format.number(seq + 1)}`).join("–")}</span>
          )}
          <ChunkPlace place={chunk} />
        </span>
        <span className={styles["score"]}>
          <span className={styles["scoreBar"]} aria-hidden>
            <span style={{ width: `${share * 100}%` }} />
          </span>
          <span aria-label={t("knowledge.score", { score })} role="img">
            {score}
          </span>
        </span>
      </div>
      {chunk.match && (
        <p className={styles["match"]}>
          <span>{t("knowledge.foundBy")}</span> {flowing(chunk.match)}
        </p>
      )}
      <p className={styles["resultText"]}>
        {highlight(flowing(chunk.text), words).map((piece, index) => (piece.isHit ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>))}
      </p>
    </li>
  );
}

/** Where a passage begins and ends; one position when it is a single chunk. */
function positions({ seq, first_seq: first, last_seq: last }: FoundChunk): number[] {
  return typeof first === "number" && typeof last === "number" && first < last ? [first, last] : [seq];
}

function Waiting() {
  return (
    <>
      <p className={styles["summary"]}>
        <Skeleton width={120} height={12} style={{ margin: "4px 0" }} />
      </p>
      <ol className={styles["results"]} aria-hidden>
        {[0, 1, 2].map((row) => (
          <li key={row} className={styles["result"]}>
            <div className={styles["resultHead"]}>
              <Skeleton width={220} />
            </div>
            <SkeletonLines lines={3} />
          </li>
        ))}
      </ol>
    </>
  );
}
