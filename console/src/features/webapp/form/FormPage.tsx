import { Play, RotateCcw, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, Callout, classes, Markdown } from "@/design";
import { FormFields, formState, readForm, type FormField, type FormState } from "@/features/runs";
import { useI18n } from "@/i18n";
import { followRun, isGoing, type RunState } from "../api/follow-run";
import type { SiteClient } from "../api/site-client";
import { newId } from "../api/storage";
import type { Site } from "../api/types";
import { Announcer } from "../shared/Announcer";
import { Answer } from "../shared/Answer";
import { Thumbs } from "../shared/Thumbs";
import { SiteHeader } from "../shared/SiteHeader";
import page from "../Site.module.css";
import styles from "./Form.module.css";

/** A form, and what the app makes of it. */
export default function FormPage({ site, client, isEmbedded }: { site: Site; client: SiteClient; isEmbedded: boolean }) {
  const { t } = useI18n();
  const fields = site.fields as unknown as FormField[];
  const [state, setState] = useState<FormState>(() => formState(fields));
  const [isTried, setIsTried] = useState(false);
  const { run, begin, stop } = useRun(client);
  const result = useRef<HTMLElement>(null);
  const read = readForm(fields, state);
  const going = run !== undefined && isGoing(run.progress);
  const { greeting, disclaimer } = site.look;
  const start = () => {
    setIsTried(true);
    if (!read.isFine || going) return;
    begin(read.values);
    requestAnimationFrame(() => result.current?.scrollIntoView({ behavior: "smooth", block: "nearest" }));
  };
  return (
    <div className={classes(page["site"], styles["site"])}>
      <SiteHeader title={site.title} isEmbedded={isEmbedded} />
      <main className={styles["scroll"]}>
        <div className={classes(page["column"], styles["column"])}>
          {(greeting || site.description) && (
            <div className={styles["intro"]}>
              <Markdown text={greeting || site.description} />
            </div>
          )}
          {!site.is_ready && <Callout tone="warning">{t("webapp.notReady")}</Callout>}
          <form
            className={styles["card"]}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              start();
            }}
          >
            {fields.length === 0 && <p className={styles["none"]}>{t("webapp.noFields")}</p>}
            <FormFields fields={fields} state={state} onChange={setState} faults={isTried ? read.faults : {}} />
            <div className={styles["actions"]}>
              {going ? (
                <Button size="large" icon={Square} onClick={stop}>
                  {t("webapp.stop")}
                </Button>
              ) : (
                <Button type="submit" size="large" variant="primary" icon={run ? RotateCcw : Play} disabled={!site.is_ready}>
                  {run ? t("webapp.again") : t("webapp.run")}
                </Button>
              )}
            </div>
          </form>
          {run && (
            <section ref={result} className={styles["card"]} aria-label={t("webapp.result")}>
              <h2>{t("webapp.result")}</h2>
              <Answer
                run={run}
                onRetry={start}
                tools={run.progress === "succeeded" && run.runId !== undefined && <Thumbs key={run.runId} client={client} runId={run.runId} />}
              />
            </section>
          )}
          <Announcer run={run} />
          {disclaimer && <p className={page["disclaimer"]}>{disclaimer}</p>}
        </div>
      </main>
    </div>
  );
}

/** One run after the other; a new one takes the place of the last. */
function useRun(client: SiteClient) {
  const [run, setRun] = useState<RunState>();
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const begin = (inputs: Record<string, unknown>) => {
    controller.current?.abort();
    const { signal } = (controller.current = new AbortController());
    const state: RunState = { progress: "sending", answer: "" };
    setRun(state);
    const onChange = (next: RunState) => {
      if (!signal.aborted) setRun(next);
    };
    void followRun({ client, order: { key: newId(), inputs }, state, onChange, signal });
  };
  const stop = () => {
    if (run?.runId !== undefined) return void client.cancel(run.runId).catch(() => undefined);
    controller.current?.abort();
    setRun({ progress: "cancelled", answer: "" });
  };
  return { run, begin, stop };
}
