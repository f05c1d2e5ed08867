import { Badge, Button, Card, ErrorNote, Table, Time, useToasts, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { useInvitations, useWithdraw, type Invitation } from "./api";
import styles from "./Members.module.css";

/** The links that nobody has used yet; nothing when there are none. */
export function InvitationList() {
  const { t } = useI18n();
  const { say } = useToasts();
  const invitations = useInvitations();
  const withdraw = useWithdraw();
  const columns: Column<Invitation>[] = [
    {
      id: "email",
      header: t("setup.email"),
      cell: ({ email, is_reset }) => (
        <span className={styles["invited"]}>
          {email} {is_reset && <Badge>{t("members.newPassword")}</Badge>}
        </span>
      ),
    },
    { id: "role", header: t("members.role"), width: "160px", cell: ({ role }) => t(`members.role_${role}`) },
    { id: "by", header: t("members.invitedBy"), cell: ({ invited_by }) => invited_by },
    { id: "expires", header: t("members.expires"), width: "160px", cell: ({ expires_at }) => <Time at={expires_at} /> },
    {
      id: "actions",
      header: t("members.withdraw"),
      isHeaderHidden: true,
      align: "end",
      width: "110px",
      cell: ({ id }) => (
        <Button size="small" variant="ghost" onClick={() => withdraw.mutate(id, { onSuccess: () => say(t("members.withdrawn")) })}>
          {t("members.withdraw")}
        </Button>
      ),
    },
  ];
  if (invitations.isError) return <ErrorNote error={invitations.error} />;
  if (!invitations.data?.items.length) return null;
  return (
    <section className={styles["section"]}>
      <h2>{t("members.invitations")}</h2>
      <Card isFlush>
        <Table label={t("members.invitations")} columns={columns} rows={invitations.data.items} rowKey={({ id }) => id} />
      </Card>
      {withdraw.error && <ErrorNote error={withdraw.error} />}
    </section>
  );
}
