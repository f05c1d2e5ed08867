import { useEffect, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { Input, SegmentedControl } from "@/design";
import { useI18n } from "@/i18n";
import { choiceFrom, dayOf, SPANS, spanOf, type Span, type SpanName } from "./span";
import styles from "./Usage.module.css";

const MINUTE_MS = 60_000;

/** The span of time in the page's address, and what chooses another. */
export function useSpan(): Span {
  const [search] = useSearchParams();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return useMemo(() => spanOf(choiceFrom(search), now), [search, now]);
}

export function SpanPicker({ span }: { span: Span }) {
  const { t } = useI18n();
  const [search, setSearch] = useSearchParams();
  const choice = choiceFrom(search);
  const set = (changes: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setSearch(next, { replace: true });
  };
  const first = dayOf(span.beginnings[0] ?? 0, span.utcOffset);
  const last = dayOf(span.beginnings.at(-1) ?? 0, span.utcOffset);
  const choose = (name: SpanName) => set(name === "custom" ? { span: name, from: first, to: last } : { span: name, from: "", to: "" });
  return (
    <>
      <SegmentedControl
        label={t("usage.span")}
        value={choice.name}
        onChange={choose}
        options={SPANS.map((name) => ({ value: name, label: t(`usage.span_${name}`) }))}
      />
      {choice.name === "custom" && (
        <span className={styles["dates"]}>
          <Input type="date" aria-label={t("usage.from")} value={choice.from ?? first} max={last} onChange={(event) => set({ from: event.target.value })} />
          <span aria-hidden>–</span>
          <Input type="date" aria-label={t("usage.to")} value={choice.to ?? last} min={first} onChange={(event) => set({ to: event.target.value })} />
        </span>
      )}
    </>
  );
}
