import { useId, useState } from "react";
import { Button, Dialog, ErrorNote, Field, FieldStack, Textarea } from "@/design";
import { useI18n } from "@/i18n";
import type { Feedback, useGiveFeedback } from "./api";

interface WordsDialogProps {
  give: ReturnType<typeof useGiveFeedback>;
  ours: Feedback | undefined;
  answer: string;
  onClose: () => void;
}

/** What the team says of an answer in words, and how it should have been. */
export function WordsDialog({ give, ours, answer, onClose }: WordsDialogProps) {
  const { t } = useI18n();
  const form = useId();
  const [comment, setComment] = useState(ours?.comment ?? "");
  const [correction, setCorrection] = useState(ours?.correction ?? "");
  const rating = ours?.rating ?? null;
  const isNothing = !comment.trim() && !correction.trim() && rating === null;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("feedback.write")}
      description={t("feedback.writeHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={give.isPending} disabled={isNothing && !ours}>
            {t("actions.save")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          give.mutate(isNothing ? null : { rating, comment, correction }, { onSuccess: onClose });
        }}
      >
        <FieldStack>
          <Field label={t("feedback.comment")} isOptional>
            <Textarea autoFocus rows={3} maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />
          </Field>
          <Field label={t("feedback.correction")} isOptional hint={t("feedback.correctionHint")}>
            <Textarea rows={6} maxLength={20_000} value={correction} placeholder={answer.slice(0, 2_000)} onChange={(event) => setCorrection(event.target.value)} />
          </Field>
          {give.error && <ErrorNote error={give.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}
