import { BellRing, Clock, ExternalLink, PauseCircle, UserRound, Wallet, Workflow, type LucideIcon } from "lucide-react";
import { Link } from "react-router";
import { CopyButton } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import { useSession } from "@/shell";
import { useWaits, type OpenWaitView } from "../api";
import { isEnded, splitPlace, type OpenWait, type RunModel, type WaitKind } from "../model";
import { WaitForm } from "./WaitForm";
import styles from "./Waits.module.css";

interface WaitsCardProps {
  runId: string;
  run: RunModel;
  titleOf: (node: string) => string;
  nowMs: number;
  isCompact?: boolean;
}

const KINDS: Record<WaitKind, { icon: LucideIcon; label: PlainKey }> = {
  form: { icon: UserRound, label: "runs.waitForm" },
  callback: { icon: BellRing, label: "runs.waitCallback" },
  time: { icon: Clock, label: "runs.waitTime" },
  run: { icon: Workflow, label: "runs.waitRun" },
  budget: { icon: Wallet, label: "runs.waitBudget" },
  hold: { icon: PauseCircle, label: "runs.waitHold" },
};

/** What a run waits for: forms are filled in right here. */
export function WaitsCard({ runId, run, titleOf, nowMs, isCompact }: WaitsCardProps) {
  const { may } = useSession();
  const waits = [...run.waits.values()].filter((wait) => wait.wait.kind !== "time" || run.status === "paused");
  const version = waits.map((wait) => `${wait.place}#${wait.number}`).join(" ");
  const links = useWaits(runId, version, waits.length > 0 && may("runs:write"));
  if (waits.length === 0 || isEnded(run.status)) return null;
  return (
    <div className={styles["waits"]} data-compact={isCompact || undefined}>
      {waits.map((wait) => (
        <OneWait
          key={`${wait.place}#${wait.number}`}
          runId={runId}
          wait={wait}
          shown={links.data?.waits.find((one) => one.place === wait.place)}
          title={wait.place ? titleOf(splitPlace(wait.place).node) : ""}
          nowMs={nowMs}
          isAnswerable={may("runs:write")}
        />
      ))}
    </div>
  );
}

interface OneWaitProps {
  runId: string;
  wait: OpenWait;
  shown: OpenWaitView | undefined;
  title: string;
  nowMs: number;
  isAnswerable: boolean;
}

function OneWait({ runId, wait, shown, title, nowMs, isAnswerable }: OneWaitProps) {
  const { t } = useI18n();
  const { icon: Icon, label } = KINDS[wait.wait.kind];
  const child = wait.wait.data?.["run_id"];
  return (
    <section className={styles["wait"]} aria-label={[t(label), title].filter(Boolean).join(": ")}>
      <header className={styles["head"]}>
        <Icon size={15} aria-hidden />
        <strong>{t(label)}</strong>
        {title && <span className={styles["title"]}>{title}</span>}
        <Timer wait={wait} nowMs={nowMs} />
        <span className={styles["grow"]} />
        {typeof child === "string" && <Link to={`/runs/${child}`}>{t("runs.openChild")}</Link>}
        {shown?.link && <LinkTools kind={wait.wait.kind} link={shown.link} />}
      </header>
      {wait.wait.kind === "form" && <WaitForm runId={runId} wait={wait} isAnswerable={isAnswerable} />}
      {wait.wait.kind === "callback" && shown?.link && <code className={styles["link"]}>{shown.link}</code>}
    </section>
  );
}

function LinkTools({ kind, link }: { kind: WaitKind; link: string }) {
  const { t } = useI18n();
  return (
    <>
      <CopyButton text={link} label={kind === "form" ? t("runs.copyFormLink") : t("runs.copyCallback")} />
      {kind === "form" && (
        <a href={link} target="_blank" rel="noopener" aria-label={t("runs.openForm")} title={t("runs.openForm")} className={styles["external"]}>
          <ExternalLink size={15} aria-hidden />
        </a>
      )}
    </>
  );
}

function Timer({ wait, nowMs }: { wait: OpenWait; nowMs: number }) {
  const { t, format } = useI18n();
  const since = <span>{t("runs.waitedFor", { time: format.duration(Math.max(0, Math.floor((nowMs - wait.sinceMs) / 1000))) })}</span>;
  const until = wait.wait.until ? Date.parse(wait.wait.until) : undefined;
  if (until === undefined) return <span className={styles["timer"]}>{since}</span>;
  const left = Math.max(0, Math.ceil((until - nowMs) / 1000));
  return (
    <span className={styles["timer"]} title={format.dateTime(until)}>
      {since}
      <span>· {t("runs.timeLeft", { time: format.duration(left) })}</span>
    </span>
  );
}
