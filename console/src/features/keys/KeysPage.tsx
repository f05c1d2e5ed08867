import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import {
  Badge,
  Button,
  Card,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  LoadMore,
  Page,
  PageHeader,
  Table,
  Time,
  useToasts,
  type Column,
} from "@/design";
import { useI18n } from "@/i18n";
import { useKeys, useRevokeKey, type Key, type KeyScope } from "./api";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { LimitsDialog } from "./LimitsDialog";
import styles from "./Keys.module.css";

export function Component() {
  const { t } = useI18n();
  const { say } = useToasts();
  const keys = useKeys();
  const revoke = useRevokeKey();
  const [isCreating, setIsCreating] = useState(false);
  const [leaving, setLeaving] = useState<Key | null>(null);
  const [limiting, setLimiting] = useState<Key | null>(null);
  const columns = useColumns({ onRevoke: setLeaving, onLimit: setLimiting });
  const create = (
    <Button variant="primary" icon={Plus} onClick={() => setIsCreating(true)}>
      {t("keys.create")}
    </Button>
  );
  return (
    <Page>
      <PageHeader title={t("keys.title")} description={t("keys.hint")} actions={create} />
      {keys.isError ? (
        <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />
      ) : keys.data && keys.items.length === 0 ? (
        <EmptyState icon={KeyRound} title={t("keys.emptyTitle")} action={create}>
          {t("keys.emptyHint")}
        </EmptyState>
      ) : (
        <Card isFlush>
          <Table
            label={t("keys.title")}
            columns={columns}
            rows={keys.data ? keys.items : undefined}
            rowKey={(key) => key.id}
            skeletonRows={3}
          />
        </Card>
      )}
      <LoadMore pages={keys} />
      {isCreating && <CreateKeyDialog onClose={() => setIsCreating(false)} />}
      {limiting && <LimitsDialog limited={limiting} onClose={() => setLimiting(null)} />}
      {leaving && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setLeaving(null)}
          title={t("keys.revokeTitle", { name: leaving.name })}
          confirmLabel={t("keys.revoke")}
          isDangerous
          onConfirm={async () => {
            await revoke.mutateAsync(leaving.id);
            say(t("keys.revoked", { name: leaving.name }));
          }}
        >
          {t("keys.revokeConfirm")}
        </ConfirmDialog>
      )}
    </Page>
  );
}

interface Actions {
  onRevoke: (key: Key) => void;
  onLimit: (key: Key) => void;
}

function useColumns({ onRevoke, onLimit }: Actions): Column<Key>[] {
  const { t } = useI18n();
  return [
    { id: "name", header: t("keys.name"), cell: (key) => <span className={styles["name"]}>{key.name}</span> },
    { id: "key", header: t("keys.key"), cell: (key) => <code className={styles["prefix"]}>{key.prefix}…</code> },
    { id: "scopes", header: t("keys.scopes"), cell: (key) => <Scopes scopes={key.scopes} /> },
    { id: "limits", header: t("keys.limits"), cell: (key) => <Limits limits={key.limits} /> },
    { id: "used", header: t("keys.lastUsed"), cell: (key) => (key.last_used_at ? <Time at={key.last_used_at} /> : t("keys.never")) },
    { id: "expires", header: t("keys.expires"), cell: (key) => (key.expires_at ? <Time at={key.expires_at} /> : t("keys.never")) },
    {
      id: "actions",
      header: t("keys.revoke"),
      isHeaderHidden: true,
      align: "end",
      cell: (key) => (
        <span className={styles["actions"]}>
          <Button size="small" variant="ghost" onClick={() => onLimit(key)}>
            {t("keys.limit")}
          </Button>
          <Button size="small" variant="ghost" onClick={() => onRevoke(key)}>
            {t("keys.revoke")}
          </Button>
        </span>
      ),
    },
  ];
}

function Scopes({ scopes }: { scopes: string[] }) {
  const { t } = useI18n();
  const shown = scopes.includes("admin") ? scopes.filter((scope) => scope === "admin" || scope === "operator") : scopes;
  return (
    <span className={styles["scopes"]}>
      {shown.map((scope) => (
        <Badge key={scope} tone={scope === "admin" || scope === "operator" ? "accent" : "neutral"}>
          {t(`keys.scope_${scope as KeyScope}`)}
        </Badge>
      ))}
    </span>
  );
}

function Limits({ limits }: { limits: Key["limits"] }) {
  const { t, format } = useI18n();
  if (!limits) return t("keys.limitNone");
  const lines = [
    limits.requests_per_minute && t("keys.limitShown_requests", { count: format.number(limits.requests_per_minute) }),
    limits.tokens_per_minute && t("keys.limitShown_tokens", { count: format.number(limits.tokens_per_minute) }),
    limits.concurrent && t("keys.limitShown_concurrent", { count: format.number(limits.concurrent) }),
    limits.models?.length ? limits.models.join(", ") : null,
  ].filter((line) => line !== null && line !== undefined && line !== 0);
  return (
    <span className={styles["limits"]}>
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </span>
  );
}
