import { CircleCheck, CircleX, Gauge, MoreHorizontal, PlugZap, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog, EmptyState, IconButton, Menu, Skeleton, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useCheck, useDeleteCredential, type Credential, type Model, type Provider } from "./api";
import { useRoutes } from "./routing/api";
import { LimitsDialog } from "./routing/LimitsDialog";
import styles from "./Models.module.css";

interface ProviderCardsProps {
  providers: Provider[] | undefined;
  models: Model[] | undefined;
  credentials: Credential[] | undefined;
  onConnect: (provider: Provider) => void;
}

/** The providers that can be used, each with its credentials. */
export function ProviderCards({ providers, models, credentials, onConnect }: ProviderCardsProps) {
  const { t } = useI18n();
  const [leaving, setLeaving] = useState<Credential | null>(null);
  const remove = useDeleteCredential();
  const { say } = useToasts();
  if (!providers || !credentials) return <CardSkeletons />;
  const usable = providers.filter((provider) => provider.is_usable);
  if (usable.length === 0)
    return (
      <EmptyState icon={PlugZap} title={t("models.emptyTitle")} isCompact>
        {t("models.emptyHint")}
      </EmptyState>
    );
  return (
    <>
      <ul className={styles["grid"]} aria-label={t("models.connected")}>
        {usable.map((provider) => (
          <ProviderCard
            key={provider.name}
            provider={provider}
            count={models?.filter((model) => model.provider === provider.name).length}
            credentials={credentials.filter((credential) => credential.provider === provider.name)}
            onConnect={() => onConnect(provider)}
            onLeave={setLeaving}
          />
        ))}
      </ul>
      {leaving && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setLeaving(null)}
          title={t("models.deleteTitle", { name: leaving.name })}
          confirmLabel={t("actions.delete")}
          isDangerous
          onConfirm={async () => {
            await remove.mutateAsync(leaving.id);
            say(t("models.deleted", { name: leaving.name }));
          }}
        >
          {t("models.deleteHint")}
        </ConfirmDialog>
      )}
    </>
  );
}

interface ProviderCardProps {
  provider: Provider;
  count: number | undefined;
  credentials: Credential[];
  onConnect: () => void;
  onLeave: (credential: Credential) => void;
}

function ProviderCard({ provider, count, credentials, onConnect, onLeave }: ProviderCardProps) {
  const { t } = useI18n();
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <span className={styles["sign"]} aria-hidden>
          {provider.title.slice(0, 1).toUpperCase()}
        </span>
        <div className={styles["cardName"]}>
          <span className={styles["cardTitle"]}>{provider.title}</span>
          <span className={styles["cardFacts"]}>
            {count === undefined ? "…" : t("models.count", { count })}
          </span>
        </div>
        {provider.needs_credential && (
          <IconButton icon={Plus} label={t("models.addCredential", { name: provider.title })} size="small" onClick={onConnect} />
        )}
      </div>
      {credentials.length > 0 ? (
        <ul className={styles["credentials"]}>
          {credentials.map((credential) => (
            <CredentialRow key={credential.id} credential={credential} onLeave={() => onLeave(credential)} />
          ))}
        </ul>
      ) : (
        <p className={styles["cardText"]}>{provider.needs_credential ? provider.description : t("models.needsNothing")}</p>
      )}
    </li>
  );
}

function CredentialRow({ credential, onLeave }: { credential: Credential; onLeave: () => void }) {
  const { t } = useI18n();
  const check = useCheck();
  const routes = useRoutes();
  const [isLimiting, setIsLimiting] = useState(false);
  const hint = Object.values(credential.hints).join(" · ");
  const fault = check.error?.message ?? (check.data?.ok === false ? (check.data.detail ?? check.data.code) : undefined);
  return (
    <li className={styles["credential"]}>
      <div className={styles["credentialLine"]}>
        <span className={styles["credentialName"]}>{credential.name}</span>
        <span className={styles["credentialHint"]} title={hint}>
          {hint}
        </span>
        <span role="status" className={styles["state"]}>
          {check.isPending && <RefreshCw size={14} className={styles["turning"]} aria-label={t("models.checking")} />}
          {check.data?.ok && <CircleCheck size={14} className={styles["good"]} aria-label={t("models.works")} />}
          {fault && <CircleX size={14} className={styles["bad"]} aria-label={t("models.fails")} />}
        </span>
        <Menu
          trigger={<IconButton icon={MoreHorizontal} label={t("models.actionsOf", { name: credential.name })} size="small" />}
          items={[
            { label: t("models.check"), icon: RefreshCw, onSelect: () => check.mutate(credential.id) },
            { label: t("routing.limits"), icon: Gauge, onSelect: () => setIsLimiting(true) },
            "separator",
            { label: t("actions.delete"), icon: Trash2, isDangerous: true, onSelect: onLeave },
          ]}
        />
      </div>
      {fault && <p className={styles["fault"]}>{fault}</p>}
      {isLimiting && routes.data && <LimitsDialog credential={credential} routes={routes.data} onClose={() => setIsLimiting(false)} />}
    </li>
  );
}

function CardSkeletons() {
  return (
    <ul className={styles["grid"]} aria-busy>
      {Array.from({ length: 3 }, (_, index) => (
        <li key={index} className={styles["card"]}>
          <div className={styles["cardHead"]}>
            <Skeleton width={36} height={36} style={{ borderRadius: 8 }} />
            <div className={styles["cardName"]}>
              <Skeleton width={120} style={{ margin: "3px 0" }} />
              <Skeleton width={70} height={11} style={{ margin: "3px 0" }} />
            </div>
          </div>
          <Skeleton width="80%" height={12} />
        </li>
      ))}
    </ul>
  );
}
