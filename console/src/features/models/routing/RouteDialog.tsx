import { useId, useState } from "react";
import { Button, Combobox, Dialog, ErrorNote, Field, FieldStack, Input, Select, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import type { Model } from "../api";
import { changed, useChangeRoutes, type Routes } from "./api";
import { draftOf, HEDGES, isSeconds, isSound, routeOf, type RouteDraft } from "./draft";
import { Fallbacks, optionsOf } from "./Fallbacks";
import styles from "./Routing.module.css";

interface RouteDialogProps {
  routes: Routes;
  models: Model[];
  /** The model whose route is changed; none for another one. */
  first: string | undefined;
  onClose: () => void;
}

/** What is done when a model does not answer. */
export function RouteDialog({ routes, models, first, onClose }: RouteDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const change = useChangeRoutes();
  const [model, setModel] = useState(first ?? "");
  const [draft, setDraft] = useState(() => draftOf(first === undefined ? undefined : routes.models?.[first]));
  const isReady = model !== "" && isSound(draft);
  const known = models.find((each) => each.reference === model);
  // What fits one model need not fit another.
  const choose = (chosen: string) => {
    setModel(chosen);
    setDraft({ ...draft, fallbacks: [] });
  };
  const save = () =>
    change.mutate(({ models: before, credentials }) => ({ models: changed(before, model, routeOf(draft)), credentials }), {
      onSuccess: () => {
        say(t("routing.saved"));
        onClose();
      },
    });
  const taken = models.filter((each) => each.is_ready && routes.models?.[each.reference] === undefined);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("routing.titleEdit")}
      description={first}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={change.isPending} disabled={!isReady}>
            {t("actions.save")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !change.isPending) save();
        }}
      >
        <FieldStack>
          {first === undefined && (
            <Field label={t("routing.model")} isRequired>
              <Combobox value={model || undefined} onChange={choose} options={optionsOf(taken)} />
            </Field>
          )}
          {known?.kind !== "embedding" && (
            <Fallbacks
              values={draft.fallbacks}
              models={models.filter((each) => each.is_ready && each.reference !== model && each.kind === (known?.kind ?? "chat"))}
              onChange={(fallbacks) => setDraft({ ...draft, fallbacks })}
            />
          )}
          {(known === undefined || known.kind === "chat") && <Hedge draft={draft} onChange={setDraft} />}
          <div className={styles["two"]}>
            {(["firstToken", "idle"] as const).map((wait) => (
              <Field
                key={wait}
                label={t(`routing.${wait}`)}
                hint={t("routing.secondsHint")}
                error={isSeconds(draft[wait]) ? undefined : t("routing.numberFault")}
              >
                <Input inputMode="decimal" value={draft[wait]} onChange={(event) => setDraft({ ...draft, [wait]: event.target.value })} />
              </Field>
            ))}
          </div>
          {change.error && <ErrorNote error={change.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}

function Hedge({ draft, onChange }: { draft: RouteDraft; onChange: (draft: RouteDraft) => void }) {
  const { t } = useI18n();
  return (
    <>
      <Field label={t("routing.hedge")} hint={t("routing.hedgeHint")}>
        <Select
          value={draft.hedge}
          onChange={(hedge) => onChange({ ...draft, hedge })}
          options={HEDGES.map((hedge) => ({ value: hedge, label: t(`routing.hedge_${hedge}`) }))}
        />
      </Field>
      {draft.hedge === "seconds" && (
        <Field
          label={t("routing.hedgeSeconds")}
          isRequired
          error={isSeconds(draft.hedgeSeconds) ? undefined : t("routing.numberFault")}
        >
          <Input
            inputMode="decimal"
            value={draft.hedgeSeconds}
            onChange={(event) => onChange({ ...draft, hedgeSeconds: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}
