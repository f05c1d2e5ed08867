import { useState } from "react";
import { Button, Callout, Checkbox, CodeBlock, CopyButton, Dialog, ErrorNote, Field, FieldStack, Input, Select } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useCreateKey, type KeyScope, type NewKey } from "./api";
import { isSound, limitsOf, NO_LIMITS } from "./limits";
import { LimitsFields } from "./LimitsFields";
import styles from "./Keys.module.css";

const DAY_MS = 86_400_000;
const LIFETIMES = ["never", "7", "30", "90", "365"] as const;
type Lifetime = (typeof LIFETIMES)[number];

const SCOPES: readonly KeyScope[] = [
  "runs:write",
  "runs:read",
  "apps:write",
  "apps:read",
  "datasets:write",
  "models:call",
  "datasets:read",
  "keys",
];

/** Makes a key, then shows it once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateKey();
  if (create.data) return <CreatedKey made={create.data} onClose={onClose} />;
  return <KeyForm create={create} onClose={onClose} />;
}

function KeyForm({ create, onClose }: { create: ReturnType<typeof useCreateKey>; onClose: () => void }) {
  const { t } = useI18n();
  const { may } = useSession();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly KeyScope[]>(["runs:write", "runs:read"]);
  const [lifetime, setLifetime] = useState<Lifetime>("never");
  const [limits, setLimits] = useState(NO_LIMITS);
  const isAdmin = scopes.includes("admin");
  const toggle = (scope: KeyScope, isOn: boolean) =>
    setScopes((before) => (isOn ? [...before, scope] : before.filter((each) => each !== scope)));
  const submit = () => {
    const expires = lifetime === "never" ? {} : { expires_at: new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString() };
    const granted = isAdmin ? scopes.filter((scope) => scope === "admin" || scope === "operator") : scopes;
    create.mutate({ name, scopes: [...granted], limits: limitsOf(limits), ...expires });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("keys.create")}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button
            variant="primary"
            isBusy={create.isPending}
            disabled={!name.trim() || scopes.length === 0 || !isSound(limits)}
            onClick={submit}
          >
            {t("actions.create")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <Field label={t("keys.name")} isRequired>
          <Input
            autoFocus
            value={name}
            maxLength={200}
            placeholder={t("keys.namePlaceholder")}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <fieldset className={styles["fieldset"]}>
          <legend>{t("keys.scopes")}</legend>
          {may("admin") && (
            <Checkbox isOn={isAdmin} onChange={(isOn) => toggle("admin", isOn)} label={t("keys.scope_admin")} />
          )}
          <div className={styles["scopeList"]}>
            {SCOPES.filter(may).map((scope) => (
              <Checkbox
                key={scope}
                isOn={isAdmin || scopes.includes(scope)}
                isDisabled={isAdmin}
                onChange={(isOn) => toggle(scope, isOn)}
                label={t(`keys.scope_${scope}`)}
              />
            ))}
          </div>
          {may("operator") && (
            <Checkbox
              isOn={scopes.includes("operator")}
              onChange={(isOn) => toggle("operator", isOn)}
              label={t("keys.scope_operator")}
            />
          )}
        </fieldset>
        <Field label={t("keys.expires")}>
          <Select
            value={lifetime}
            onChange={setLifetime}
            options={LIFETIMES.map((days) => ({
              value: days,
              label: days === "never" ? t("keys.expiresNever") : t("keys.expiresDays", { count: Number(days) }),
            }))}
          />
        </Field>
        <details className={styles["more"]}>
          <summary>{t("keys.limits")}</summary>
          <FieldStack>
            <LimitsFields draft={limits} onChange={setLimits} />
          </FieldStack>
        </details>
        {create.error && <ErrorNote error={create.error} />}
      </FieldStack>
    </Dialog>
  );
}

function CreatedKey({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const { t } = useI18n();
  const command = `curl ${window.location.origin}/api/v1/me -H "Authorization: Bearer ${made.key}"`;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("keys.createdTitle")}
      isModal
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("actions.done")}
        </Button>
      }
    >
      <FieldStack>
        <Callout tone="warning">{t("keys.createdWarning")}</Callout>
        <div className={styles["secret"]}>
          <code>{made.key}</code>
          <CopyButton text={made.key} label={t("actions.copy")} />
        </div>
        <CodeBlock title={t("keys.tryIt")} language="bash" code={command} isWrapped />
      </FieldStack>
    </Dialog>
  );
}
