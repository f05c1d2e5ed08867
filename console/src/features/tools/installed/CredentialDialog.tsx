import { useId, useState } from "react";
import { Button, Dialog, ErrorNote, SchemaFields, useToasts, type ObjectSchema, type SchemaValues } from "@/design";
import { useI18n } from "@/i18n";
import { useStoreCredential, type Credential, type InstalledTool } from "../api";

interface CredentialDialogProps {
  tool: InstalledTool;
  /** What it has now, which the new one takes the place of. */
  before: readonly Credential[];
  onClose: () => void;
}

/** Takes the credential that a tool calls its vendor with. */
export function CredentialDialog({ tool, before, onClose }: CredentialDialogProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const form = useId();
  const store = useStoreCredential();
  const [values, setValues] = useState<SchemaValues>({});
  const schema = tool.credential_schema as ObjectSchema;
  const isReady = (schema.required ?? []).every((name) => values[name] !== undefined);
  const submit = () => {
    if (!isReady || store.isPending || tool.credential_provider === null) return;
    store.mutate(
      { provider: tool.credential_provider, values, before },
      {
        onSuccess: () => {
          say(t("tools.credentialStored", { tool: tool.title }));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("tools.credentialOf", { tool: tool.title })}
      description={t(before.length > 0 ? "tools.credentialReplaced" : "tools.credentialSealed")}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={store.isPending} disabled={!isReady}>
            {t("actions.save")}
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
        <SchemaFields schema={schema} values={values} onChange={setValues} faultOf={(name) => store.error?.fault(`/values/${name}`)} />
        {store.error && <ErrorNote error={store.error} />}
      </form>
    </Dialog>
  );
}
