import { useId, useState } from "react";
import { Button, Callout, Dialog, ErrorNote, Field, FieldStack, Input, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useDeleteDataset } from "../api/datasets";
import { useConnectExternal } from "./api";

interface ExternalDialogProps {
  onClose: () => void;
  onCreated: (id: string) => void;
}

const NOTHING = { name: "", endpoint: "", knowledgeId: "", apiKey: "" };

/** Makes a dataset that stands for a knowledge base of another service, and searches it once. */
export function ExternalDialog({ onClose, onCreated }: ExternalDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const connect = useConnectExternal(t("external.trial"));
  const remove = useDeleteDataset();
  const [draft, setDraft] = useState(NOTHING);
  const set = (to: Partial<typeof NOTHING>) => setDraft({ ...draft, ...to });
  const isAddress = /^https?:\/\/[^\s/]+/.test(draft.endpoint.trim());
  const isReady = draft.name.trim() !== "" && isAddress && draft.knowledgeId.trim() !== "";
  const refused = connect.data?.refusal ? connect.data : undefined;
  const taken = connect.error?.code === "dataset_exists" ? connect.error.detail : connect.error?.fault("/name");
  const submit = () => {
    if (!isReady || connect.isPending) return;
    connect.mutate(draft, {
      onSuccess: ({ dataset, refusal }) => {
        if (refusal) return;
        say(t("external.connected", { name: dataset.name }));
        onCreated(dataset.id);
      },
    });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("external.add")}
      description={t("external.hint")}
      footer={
        refused ? (
          <>
            <Button onClick={() => onCreated(refused.dataset.id)}>{t("external.keepIt")}</Button>
            <Button
              variant="primary"
              isBusy={remove.isPending}
              onClick={() => remove.mutate(refused.dataset.id, { onSuccess: () => connect.reset() })}
            >
              {t("external.correctIt")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t("actions.cancel")}</Button>
            <Button type="submit" form={form} variant="primary" isBusy={connect.isPending} disabled={!isReady}>
              {t("external.connect")}
            </Button>
          </>
        )
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!refused) submit();
        }}
      >
        <FieldStack>
          <Field label={t("knowledge.name")} isRequired error={taken}>
            <Input autoFocus value={draft.name} maxLength={200} onChange={(event) => set({ name: event.target.value })} />
          </Field>
          <Field
            label={t("external.endpoint")}
            isRequired
            hint={t("external.endpointHint")}
            error={draft.endpoint.trim() && !isAddress ? t("external.endpointFault") : connect.error?.fault("/external/endpoint")}
          >
            <Input
              inputMode="url"
              value={draft.endpoint}
              maxLength={2_000}
              placeholder="https://kb.example.org"
              onChange={(event) => set({ endpoint: event.target.value })}
            />
          </Field>
          <Field label={t("external.knowledgeId")} isRequired hint={t("external.knowledgeIdHint")}>
            <Input value={draft.knowledgeId} maxLength={500} onChange={(event) => set({ knowledgeId: event.target.value })} />
          </Field>
          <Field label={t("external.apiKey")} isOptional hint={t("external.apiKeyHint")}>
            <Input
              type="password"
              autoComplete="off"
              value={draft.apiKey}
              maxLength={4_000}
              onChange={(event) => set({ apiKey: event.target.value })}
            />
          </Field>
          {connect.error && !taken && <ErrorNote error={connect.error} />}
          {remove.error && <ErrorNote error={remove.error} />}
          {refused && (
            <Callout tone="warning" title={t("external.refused")}>
              {refused.refusal}
            </Callout>
          )}
        </FieldStack>
      </form>
    </Dialog>
  );
}
