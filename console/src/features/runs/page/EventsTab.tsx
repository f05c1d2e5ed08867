import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import { CodeBlock, CopyButton, EmptyState, SearchInput, SegmentedControl, Spacer, Toolbar } from "@/design";
import { useI18n } from "@/i18n";
import { placeOf, type LogEvent, type RunModel } from "../model";
import styles from "./Events.module.css";

const GROUPS = { all: "", run: "run.", node: "node.", round: "round." } as const;
type Group = keyof typeof GROUPS;
const SHOWN_AT_ONCE = 200;

/** The log itself, event by event. */
export function EventsTab({ run, onSelect }: { run: RunModel; onSelect: (place: string) => void }) {
  const { t } = useI18n();
  const [group, setGroup] = useState<Group>("all");
  const [words, setWords] = useState("");
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const found = useMemo(() => matching(run.log, group, words), [run.log, group, words]);
  return (
    <div className={styles["events"]}>
      <div className={styles["bar"]}>
        <Toolbar>
          <SearchInput label={t("runs.searchEvents")} value={words} onChange={(event) => setWords(event.target.value)} />
          <SegmentedControl
            label={t("runs.eventGroup")}
            value={group}
            onChange={setGroup}
            options={[
              { value: "all", label: t("runs.eventsAll") },
              { value: "run", label: t("runs.eventsRun") },
              { value: "node", label: t("runs.eventsNode") },
              { value: "round", label: t("runs.eventsRound") },
            ]}
          />
          <Spacer />
          <CopyButton text={found.map((event) => JSON.stringify(event)).join("\n")} label={t("runs.copyEvents", { count: found.length })} />
        </Toolbar>
      </div>
      {found.length === 0 ? (
        <EmptyState icon={Search} title={run.log.length === 0 ? t("runs.noEventsYet") : t("actions.nothingFound")} isCompact />
      ) : (
        <ol className={styles["list"]}>
          {found.slice(0, shown).map((event) => (
            <EventLine key={event.number} event={event} beganMs={run.startedMs ?? 0} onSelect={onSelect} />
          ))}
          {found.length > shown && (
            <li className={styles["rest"]}>
              <button type="button" onClick={() => setShown(shown + 5 * SHOWN_AT_ONCE)}>
                {t("runs.showRest", { count: found.length - shown })}
              </button>
            </li>
          )}
        </ol>
      )}
    </div>
  );
}

function matching(log: readonly LogEvent[], group: Group, words: string): LogEvent[] {
  const wanted = words.trim().toLowerCase();
  return log.filter(
    (event) => event.type.startsWith(GROUPS[group]) && (!wanted || JSON.stringify(event).toLowerCase().includes(wanted)),
  );
}

function EventLine({ event, beganMs, onSelect }: { event: LogEvent; beganMs: number; onSelect: (place: string) => void }) {
  const { format } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const place = "node" in event && event.node ? placeOf("scope" in event ? event.scope : "", event.node) : undefined;
  return (
    <li className={styles["event"]}>
      <div className={styles["line"]}>
        <button type="button" className={styles["open"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <span className={styles["number"]}>{event.number}</span>
          <span className={styles["time"]}>+{format.duration(Math.max(0, event.at_ms - beganMs) / 1000)}</span>
          <span className={styles["type"]} data-tone={toneOf(event.type)}>
            {event.type}
          </span>
          <span className={styles["note"]}>{noteOf(event)}</span>
        </button>
        {place !== undefined && (
          <button type="button" className={styles["place"]} onClick={() => onSelect(place)}>
            {place}
          </button>
        )}
      </div>
      {isOpen && <CodeBlock code={JSON.stringify(event, null, 2)} language="json" maxHeight={320} />}
    </li>
  );
}

function toneOf(type: string): string | undefined {
  if (type.endsWith(".failed") || type.endsWith(".retrying")) return "failed";
  if (type.endsWith(".succeeded")) return "succeeded";
  if (type === "run.paused" || type === "node.waiting") return "paused";
  return type.endsWith(".started") ? "running" : undefined;
}

function noteOf(event: LogEvent): string {
  if ("problem" in event && event.problem) return event.problem.detail || event.problem.title;
  if (event.type === "worker.acquired") return event.worker;
  if (event.type === "node.step") return event.key;
  if (event.type === "run.cancelled") return event.reason;
  if (event.type === "round.started" || event.type === "round.ended") return `#${event.index + 1}`;
  return "";
}
