import { useId, useState } from "react";
import { Button, Callout, CodeBlock, Combobox, CopyButton, Dialog, ErrorNote, Field, FieldStack, Input, SegmentedControl } from "@/design";
import { useI18n } from "@/i18n";
import { useCreateWebhook, type NewWebhook, type Webhook } from "../api";
import { KindChecklist } from "../shared/KindChecklist";
import { FOR_WEBHOOKS } from "../shared/kinds";
import { useApps } from "../shared/use-apps";
import styles from "../Webhooks.module.css";

const ANY = "…";
const EMPTY: Pick<Webhook, "url" | "kinds" | "app_id"> = { url: "", kinds: [], app_id: null };
const VERIFY = `# pip install standardwebhooks
from standardwebhooks import Webhook

event = Webhook(secret).verify(request.body, request.headers)`;

/** Subscribes an address, then shows once what signs its messages. */
export function CreateWebhookDialog({ like, onClose }: { like?: Webhook; onClose: () => void }) {
  const { t } = useI18n();
  const form = useId();
  const create = useCreateWebhook();
  const { apps } = useApps();
  const first = like ?? EMPTY;
  const [url, setUrl] = useState(first.url);
  const [isChosen, setIsChosen] = useState(first.kinds.length > 0);
  const [kinds, setKinds] = useState<readonly string[]>(first.kinds);
  const [app, setApp] = useState(first.app_id ?? ANY);
  const isReady = URL.canParse(url.trim()) && (!isChosen || kinds.length > 0);
  const submit = () => {
    if (!isReady || create.isPending) return;
    create.mutate({ url: url.trim(), kinds: isChosen ? [...kinds] : [], ...(app === ANY ? {} : { app }) });
  };
  if (create.data) return <Secret made={create.data} onClose={onClose} />;
  const urlFault = create.error?.fault("/url") && create.error.detail;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("webhooks.create")}
      description={t("webhooks.createHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={create.isPending} disabled={!isReady}>
            {t("actions.create")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <FieldStack>
          <Field label={t("webhooks.url")} isRequired error={urlFault} hint={t("webhooks.urlHint")}>
            <Input
              autoFocus
              type="url"
              value={url}
              maxLength={2000}
              spellCheck={false}
              placeholder="https://example.org/hooks/skep"
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
          <Field label={t("webhooks.app")} hint={t("webhooks.appHint")}>
            <Combobox
              label={t("webhooks.app")}
              value={app}
              onChange={setApp}
              options={[{ value: ANY, label: t("webhooks.anyApp") }, ...apps.map(({ id, name, description }) => ({ value: id, label: name, description }))]}
            />
          </Field>
          <div className={styles["choice"]}>
            <span className={styles["label"]}>{t("webhooks.events")}</span>
            <SegmentedControl
              label={t("webhooks.events")}
              value={isChosen ? "some" : "all"}
              onChange={(value) => setIsChosen(value === "some")}
              options={[
                { value: "all", label: t("webhooks.allEvents") },
                { value: "some", label: t("webhooks.someEvents") },
              ]}
            />
          </div>
          {isChosen && <KindChecklist nouns={FOR_WEBHOOKS} chosen={kinds} onChange={setKinds} />}
          {create.error && !urlFault && <ErrorNote error={create.error} />}
        </FieldStack>
      </form>
    </Dialog>
  );
}

function Secret({ made, onClose }: { made: NewWebhook; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("webhooks.secretTitle")}
      isModal
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("actions.done")}
        </Button>
      }
    >
      <FieldStack>
        <Callout tone="warning">{t("webhooks.secretWarning")}</Callout>
        <div className={styles["secret"]}>
          <code>{made.secret}</code>
          <CopyButton text={made.secret} label={t("actions.copy")} />
        </div>
        <CodeBlock title={t("webhooks.verify")} language="python" code={VERIFY} isWrapped />
      </FieldStack>
    </Dialog>
  );
}
