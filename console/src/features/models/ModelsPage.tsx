import { Plus } from "lucide-react";
import { useState } from "react";
import { Button, ErrorState, Page, PageHeader } from "@/design";
import { useI18n } from "@/i18n";
import { useCredentials, useModels, useProviders, type Provider } from "./api";
import { ConnectDialog } from "./ConnectDialog";
import { DefaultModelsCard } from "./DefaultModelsCard";
import { ModelTable } from "./ModelTable";
import { ProviderCards } from "./ProviderCards";
import { RoutesCard } from "./routing/RoutesCard";
import styles from "./Models.module.css";

/** Providers that are connected, what `default` means, and every model there is. */
export function Component() {
  const { t } = useI18n();
  const providers = useProviders();
  const models = useModels();
  const credentials = useCredentials();
  const [connecting, setConnecting] = useState<Provider | "any" | null>(null);
  const failed = [providers, models, credentials].find((query) => query.isError);
  const connect = (
    <Button variant="primary" icon={Plus} onClick={() => setConnecting("any")} disabled={!providers.data}>
      {t("models.connect")}
    </Button>
  );
  return (
    <Page>
      <PageHeader title={t("shell.models")} description={t("models.hint")} actions={connect} />
      {failed ? (
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <div className={styles["sections"]}>
          <ProviderCards
            providers={providers.data}
            models={models.data}
            credentials={credentials.data ? credentials.items : undefined}
            onConnect={setConnecting}
          />
          <DefaultModelsCard models={models.data} />
          <RoutesCard models={models.data} />
          <ModelTable models={models.data} providers={providers.data} />
        </div>
      )}
      {connecting && providers.data && (
        <ConnectDialog
          providers={providers.data}
          first={connecting === "any" ? undefined : connecting}
          taken={credentials.items}
          onClose={() => setConnecting(null)}
        />
      )}
    </Page>
  );
}
