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
import styles from "./Keys.module.css";

export function Component() {
  const { t } = useI18n();
  const { say } = useToasts();
  const keys = useKeys();
  const revoke = useRevokeKey();
  const [isCreating, setIsCreating] = useState(false);
  const [leaving, setLeaving] = useState<Key | null>(null);
  const columns = useColumns(setLeaving);
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

function useColumns(onRevoke: (key: Key) => void): Column<Key>[] {
  const { t } = useI18n();
  return [
    { id: "name", header: t("keys.name"), cell: (key) => <span className={styles["name"]}>{key.name}</span> },
    { id: "key", header: t("keys.key"), cell: (key) => <code className={styles["prefix"]}>{key.prefix}…</code> },
    { id: "scopes", header: t("keys.scopes"), cell: (key) => <Scopes scopes={key.scopes} /> },
    { id: "used", header: t("keys.lastUsed"), cell: (key) => (key.last_used_at ? <Time at={key.last_used_at} /> : t("keys.never")) },
    { id: "expires", header: t("keys.expires"), cell: (key) => (key.expires_at ? <Time at={key.expires_at} /> : t("keys.never")) },
    {
      id: "actions",
      header: t("keys.revoke"),
      isHeaderHidden: true,
      align: "end",
      cell: (key) => (
        <Button size="small" variant="ghost" onClick={() => onRevoke(key)}>
          {t("keys.revoke")}
        </Button>
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
