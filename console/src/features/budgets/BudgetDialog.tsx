import { useState, type ReactNode } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Input, Select, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { MEASURES, PERIODS, useChangeBudget, useCreateBudget, type Budget, type Measure, type Period } from "./api";
import { useAmount, useSubjectText } from "./names";
import { SubjectFields, type SubjectChoice } from "./SubjectFields";
import styles from "./Budgets.module.css";

const RAISES = [1.1, 1.5, 2] as const;

/** Sets a limit, or changes the name and the amount of one; for whom it is stays. */
export function BudgetDialog({ budget, onClose }: { budget: Budget | undefined; onClose: () => void }) {
  return budget ? <ChangeDialog budget={budget} onClose={onClose} /> : <NewDialog onClose={onClose} />;
}

function NewDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const create = useCreateBudget();
  const [name, setName] = useState("");
  const [choice, setChoice] = useState<SubjectChoice>({ subject: "tenant", id: "" });
  const [measure, setMeasure] = useState<Measure>("usd");
  const [period, setPeriod] = useState<Period>("month");
  const [limit, setLimit] = useState("");
  const body = { name, subject: choice.subject, ...(choice.id ? { subject_id: choice.id } : {}), measure, period, limit: Number(limit) };
  return (
    <Frame title={t("budgets.create")} submit={t("actions.create")} write={create} body={body} limit={limit} onClose={onClose}>
      <Name name={name} onChange={setName} isFirst />
      <SubjectFields choice={choice} onChange={setChoice} />
      <div className={styles["columns"]}>
        <Field label={t("budgets.measure")}>
          <Select value={measure} onChange={setMeasure} options={MEASURES.map((one) => ({ value: one, label: t(`budgets.measure_${one}`) }))} />
        </Field>
        <Field label={t("budgets.period")}>
          <Select value={period} onChange={setPeriod} options={PERIODS.map((one) => ({ value: one, label: t(`budgets.periodLong_${one}`) }))} />
        </Field>
      </div>
      <Limit measure={measure} limit={limit} onChange={setLimit} />
    </Frame>
  );
}

function ChangeDialog({ budget, onClose }: { budget: Budget; onClose: () => void }) {
  const { t } = useI18n();
  const change = useChangeBudget();
  const [name, setName] = useState(budget.name);
  const [limit, setLimit] = useState(String(budget.limit));
  const body = { id: budget.id, name, limit: Number(limit) };
  return (
    <Frame title={t("budgets.edit", { name: budget.name })} submit={t("actions.save")} write={change} body={body} limit={limit} onClose={onClose}>
      <Name name={name} onChange={setName} />
      <Facts budget={budget} />
      <Limit measure={budget.measure} limit={limit} onChange={setLimit} />
      <Raises budget={budget} onRaise={(raised) => setLimit(String(raised))} />
    </Frame>
  );
}

interface Write<Body> {
  mutate: (body: Body, options: { onSuccess: () => void }) => void;
  isPending: boolean;
  error: Error | null;
}

interface FrameProps<Body> {
  title: string;
  submit: string;
  write: Write<Body>;
  body: Body;
  limit: string;
  onClose: () => void;
  children: ReactNode;
}

function Frame<Body extends { name: string }>({ title, submit, write, body, limit, onClose, children }: FrameProps<Body>) {
  const { t } = useI18n();
  const { say } = useToasts();
  const isSound = body.name.trim() !== "" && limit !== "" && Number(limit) >= 0;
  const save = () =>
    write.mutate(body, {
      onSuccess: () => {
        say(t("budgets.saved", { name: body.name }));
        onClose();
      },
    });
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={title}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button variant="primary" isBusy={write.isPending} disabled={!isSound} onClick={save}>
            {submit}
          </Button>
        </>
      }
    >
      <FieldStack>
        {children}
        {write.error && <ErrorNote error={write.error} />}
      </FieldStack>
    </Dialog>
  );
}

function Name({ name, onChange, isFirst = false }: { name: string; onChange: (name: string) => void; isFirst?: boolean }) {
  const { t } = useI18n();
  return (
    <Field label={t("budgets.name")} isRequired>
      <Input autoFocus={isFirst} value={name} maxLength={100} placeholder={t("budgets.namePlaceholder")} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function Limit({ measure, limit, onChange }: { measure: Measure; limit: string; onChange: (limit: string) => void }) {
  const { t } = useI18n();
  return (
    <Field label={t(`budgets.limit_${measure}`)} hint={measure === "usd" && t("budgets.limitHint")} isRequired>
      <Input type="number" min={0} step={measure === "usd" ? "any" : 1} value={limit} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function Facts({ budget }: { budget: Budget }) {
  const { t } = useI18n();
  const subject = useSubjectText();
  return (
    <p className={styles["facts"]}>
      {subject.textOf(budget)} · {t(`budgets.measure_${budget.measure}`)} · {t(`budgets.period_${budget.period}`)}
    </p>
  );
}

/** The usual amounts to raise a limit to. */
function Raises({ budget, onRaise }: { budget: Budget; onRaise: (limit: number) => void }) {
  const { t } = useI18n();
  const amount = useAmount();
  if (budget.limit === 0) return null;
  const raisedTo = (factor: number) => {
    const raised = budget.limit * factor;
    return budget.measure === "usd" ? Math.round(raised * 100) / 100 : Math.ceil(raised);
  };
  return (
    <div className={styles["raises"]} role="group" aria-label={t("budgets.raise")}>
      <span className={styles["facts"]}>{t("budgets.raise")}</span>
      {RAISES.map((factor) => (
        <Button key={factor} size="small" onClick={() => onRaise(raisedTo(factor))}>
          {amount(raisedTo(factor), budget.measure)}
        </Button>
      ))}
    </div>
  );
}
