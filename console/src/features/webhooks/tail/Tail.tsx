import { ChevronRight, Pause, Play, Radio, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Badge, Button, CodeBlock, EmptyState, ErrorState, StatusBadge, type Status } from "@/design";
import type { StreamState } from "@/api/sse";
import { useI18n } from "@/i18n";
import { useApps } from "../shared/use-apps";
import { aboutOf, linkOf, toneOf } from "./about";
import styles from "./Tail.module.css";
import { useTail, type TailEvent, type TailFilter } from "./use-tail";

const LOOKS: Record<StreamState, Status> = { connecting: "waiting", live: "running", waiting: "waiting", ended: "cancelled" };

/** The events that fit, as they come. */
export function Tail({ filter, onReset }: { filter: TailFilter; onReset: () => void }) {
  const { t } = useI18n();
  const tail = useTail(filter);
  if (tail.error) {
    return <ErrorState error={tail.error} onRetry={tail.retry} action={<Button onClick={onReset}>{t("events.reset")}</Button>} />;
  }
  return (
    <section className={styles["tail"]} aria-label={t("events.title")}>
      <header className={styles["bar"]}>
        {tail.isPaused ? (
          <StatusBadge status="paused" label={t("events.state_paused")} />
        ) : (
          <StatusBadge status={LOOKS[tail.state]} label={t(`events.state_${tail.state}`)} />
        )}
        <span className={styles["count"]}>
          {tail.held > 0 ? t("events.held", { count: tail.held }) : t("events.count", { count: tail.events.length })}
        </span>
        <Button size="small" variant="ghost" icon={tail.isPaused ? Play : Pause} onClick={() => tail.setIsPaused(!tail.isPaused)}>
          {t(tail.isPaused ? "events.resume" : "events.pause")}
        </Button>
        <Button size="small" variant="ghost" icon={Trash2} disabled={tail.events.length === 0} onClick={tail.clear}>
          {t("events.clear")}
        </Button>
      </header>
      {tail.events.length === 0 ? (
        <EmptyState icon={Radio} title={t("events.emptyTitle")} isCompact>
          {t("events.emptyHint")}
        </EmptyState>
      ) : (
        <ol className={styles["list"]} aria-label={t("events.newestFirst")}>
          {tail.events.map((event) => (
            <Row key={event.seq} event={event} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Row({ event }: { event: TailEvent }) {
  const { t, format } = useI18n();
  const { nameOf } = useApps();
  const [isOpen, setIsOpen] = useState(false);
  const link = linkOf(event);
  return (
    <li className={styles["row"]}>
      <div className={styles["line"]}>
        <button type="button" className={styles["open"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <ChevronRight size={14} aria-hidden />
          <time dateTime={event.time} title={format.dateTime(event.time)}>
            {format.time(event.time)}
          </time>
          <span className={styles["kind"]}>
            <Badge tone={toneOf(event)}>{event.type.replace(/\.v1$/, "")}</Badge>
          </span>
        </button>
        <span className={styles["about"]}>{aboutOf(event, nameOf)}</span>
        {link && (
          <Link to={link.to} className={styles["link"]}>
            {`${link.id.slice(0, 4)}…${link.id.slice(-6)}`}
          </Link>
        )}
      </div>
      {isOpen && (
        <div className={styles["inside"]}>
          <CodeBlock
            title={t("events.place", { seq: event.seq })}
            language="json"
            code={JSON.stringify({ id: event.id, type: event.type, time: event.time, data: event.data }, null, 2)}
            maxHeight={320}
          />
        </div>
      )}
    </li>
  );
}
