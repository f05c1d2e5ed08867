import { KeyRound, MoreHorizontal, UserMinus } from "lucide-react";
import { useState } from "react";
import { Avatar, Badge, ConfirmDialog, IconButton, Menu, Select, Table, Time, useToasts, type Column } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { ROLES, useChangeRole, usePasswordLink, useRemoveMember, type Member, type NewInvitation, type Role } from "./api";
import styles from "./Members.module.css";

interface MemberTableProps {
  members: Member[] | undefined;
  onLink: (made: NewInvitation) => void;
}

export function MemberTable({ members, onLink }: MemberTableProps) {
  const { t } = useI18n();
  const { say } = useToasts();
  const remove = useRemoveMember();
  const offer = usePasswordLink();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const [forgetful, setForgetful] = useState<Member | null>(null);
  const columns = useColumns({ onRemove: setLeaving, onLink: setForgetful });
  return (
    <>
      <Table label={t("members.title")} columns={columns} rows={members} rowKey={(member) => member.id} skeletonRows={3} />
      {leaving && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setLeaving(null)}
          title={t("members.removeTitle", { name: leaving.name })}
          confirmLabel={t("members.remove")}
          isDangerous
          onConfirm={async () => {
            await remove.mutateAsync(leaving.id);
            say(t("members.removed", { name: leaving.name }));
          }}
        >
          {t("members.removeConfirm")}
        </ConfirmDialog>
      )}
      {forgetful && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setForgetful(null)}
          title={t("members.newPassword")}
          confirmLabel={t("actions.create")}
          onConfirm={async () => onLink(await offer.mutateAsync(forgetful.id))}
        >
          {t("members.newPasswordConfirm", { name: forgetful.name })}
        </ConfirmDialog>
      )}
    </>
  );
}

function useColumns(acts: { onRemove: (member: Member) => void; onLink: (member: Member) => void }): Column<Member>[] {
  const { t } = useI18n();
  return [
    { id: "person", header: t("members.person"), cell: (member) => <Person member={member} /> },
    { id: "role", header: t("members.role"), width: "200px", cell: (member) => <RoleChoice member={member} /> },
    { id: "joined", header: t("members.joined"), width: "160px", cell: (member) => <Time at={member.created_at} /> },
    {
      id: "actions",
      header: t("actions.more"),
      isHeaderHidden: true,
      align: "end",
      width: "56px",
      cell: (member) => (
        <Menu
          align="end"
          trigger={<IconButton icon={MoreHorizontal} label={t("actions.more")} size="small" />}
          items={[
            { label: t("members.newPassword"), icon: KeyRound, onSelect: () => acts.onLink(member) },
            { label: t("members.remove"), icon: UserMinus, isDangerous: true, onSelect: () => acts.onRemove(member) },
          ]}
        />
      ),
    },
  ];
}

function Person({ member }: { member: Member }) {
  const { t } = useI18n();
  const { me } = useSession();
  return (
    <span className={styles["person"]}>
      <Avatar name={member.name} />
      <span className={styles["who"]}>
        <span className={styles["name"]}>
          {member.name} {member.id === me.member?.id && <Badge>{t("members.you")}</Badge>}
        </span>
        <span className={styles["email"]}>{member.email}</span>
      </span>
    </span>
  );
}

/** Changes a role at once; one that may not be changed says why and stays. */
function RoleChoice({ member }: { member: Member }) {
  const { t } = useI18n();
  const { may } = useSession();
  const { say, fail } = useToasts();
  const change = useChangeRole();
  const isBeyond = member.role === "operator" && !may("operator");
  const options = ROLES.filter((role) => role !== "operator" || may("operator") || isBeyond).map((role) => ({ value: role, label: t(`members.role_${role}`) }));
  if (member.role === "custom" || isBeyond) return <Badge>{t(`members.role_${member.role}`)}</Badge>;
  return (
    <Select<Role>
      label={t("members.role")}
      value={member.role}
      onChange={(role) =>
        change.mutate(
          { id: member.id, role },
          {
            onSuccess: () => say(t("members.roleChanged", { name: member.name, role: t(`members.role_${role}`) })),
            onError: fail,
          },
        )
      }
      options={options}
    />
  );
}
