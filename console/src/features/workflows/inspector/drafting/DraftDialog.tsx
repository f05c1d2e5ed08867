import { Sparkles } from "lucide-react";
import { useId, useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import { TextEditor, type TextLanguage } from "../../text/TextEditor";
import { useDraft, type Draft, type DraftWish } from "./api";
import styles from "./Drafting.module.css";

interface DraftDialogProps {
  wish: DraftWish;
  language: TextLanguage;
  current: string;
  onUse: (text: string) => void;
  onClose: () => void;
}

/** Asks for a wish, shows what a model makes of it, and takes that over when it is good. */
export function DraftDialog({ wish, language, current, onUse, onClose }: DraftDialogProps) {
  const { t } = useI18n();
  const form = useId();
  const draft = useDraft();
  const [text, setText] = useState("");
  // What was made before is what the next wish is about; before that, what stands in the setting.
  const [made, setMade] = useState<string | null>(null);
  const base = made ?? current;
  const ask = () =>
    draft.mutate(
      { ...wish, wish: text.trim(), ...(base.trim() === "" ? {} : { current: base }) },
      {
        onSuccess: (answer) => {
          setMade(answer.text);
          setText("");
        },
      },
    );
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t(`drafting.title_${wish.kind}`)}
      description={t("drafting.hint")}
      footer={
        <>
          {draft.data && <Cost draft={draft.data} />}
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          {made !== null && (
            <Button variant="primary" onClick={() => onUse(made)}>
              {t("drafting.use")}
            </Button>
          )}
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "" && !draft.isPending) ask();
        }}
      >
        <FieldStack>
          {made !== null && (
            <Field label={t("drafting.draft")}>
              <TextEditor label={t("drafting.draft")} language={language} value={made} onChange={setMade} rows={10} />
            </Field>
          )}
          <Field label={base.trim() === "" ? t("drafting.wish") : t("drafting.change")}>
            <Textarea
              autoFocus
              rows={3}
              maxLength={10_000}
              value={text}
              placeholder={t(`drafting.example_${wish.kind}`)}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
              }}
            />
          </Field>
          {draft.error && <ErrorNote error={draft.error} />}
          <Button type="submit" icon={Sparkles} variant={made === null ? "primary" : "secondary"} isBusy={draft.isPending} disabled={text.trim() === ""}>
            {made === null ? t("drafting.write") : t("drafting.again")}
          </Button>
        </FieldStack>
      </form>
    </Dialog>
  );
}

/** Which model wrote it, with how much. */
function Cost({ draft }: { draft: Draft }) {
  const { t, format } = useI18n();
  const tokens = t("drafting.tokens", { count: draft.input_tokens + draft.output_tokens });
  return (
    <span className={styles["cost"]}>
      {draft.model} · {tokens}
      {draft.cost_usd !== null && draft.cost_usd > 0 && ` · ${format.cost(draft.cost_usd)}`}
    </span>
  );
}
