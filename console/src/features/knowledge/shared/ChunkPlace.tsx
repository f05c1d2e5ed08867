import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { useI18n } from "@/i18n";
import styles from "./ChunkPlace.module.css";

interface Place {
  page?: number | null | undefined;
  heading_path?: string[] | undefined;
}

/** Where in its document a chunk stands: the page, the headings above it. */
export function ChunkPlace({ place }: { place: Place }) {
  const { t, format } = useI18n();
  const path = place.heading_path ?? [];
  return (
    <>
      {typeof place.page === "number" && <span className={styles["page"]}>{t("documents.page", { page: format.number(place.page) })}</span>}
      {path.length > 0 && (
        <span className={styles["path"]} title={path.join(" › ")}>
          {path.map((heading, index) => (
            <Fragment key={index}>
              {index > 0 && <ChevronRight size={11} aria-hidden />}
              <span>{heading}</span>
            </Fragment>
          ))}
        </span>
      )}
    </>
  );
}
