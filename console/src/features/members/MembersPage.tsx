import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Button, Card, ErrorState, LoadMore, Page, PageHeader } from "@/design";
import { useI18n } from "@/i18n";
import { useMembers, type NewInvitation } from "./api";
import { InvitationList } from "./InvitationList";
import { InviteDialog } from "./InviteDialog";
import { LinkDialog } from "./LinkDialog";
import { MemberTable } from "./MemberTable";

export function Component() {
  const { t } = useI18n();
  const members = useMembers();
  const [isInviting, setIsInviting] = useState(false);
  const [link, setLink] = useState<NewInvitation | null>(null);
  return (
    <Page>
      <PageHeader
        title={t("members.title")}
        description={t("members.hint")}
        actions={
          <Button variant="primary" icon={UserPlus} onClick={() => setIsInviting(true)}>
            {t("members.invite")}
          </Button>
        }
      />
      {members.isError ? (
        <ErrorState error={members.error} onRetry={() => void members.refetch()} />
      ) : (
        <Card isFlush>
          <MemberTable members={members.data ? members.items : undefined} onLink={setLink} />
        </Card>
      )}
      <LoadMore pages={members} />
      <InvitationList />
      {isInviting && (
        <InviteDialog
          onClose={() => setIsInviting(false)}
          onInvited={(made) => {
            setIsInviting(false);
            setLink(made);
          }}
        />
      )}
      {link && <LinkDialog made={link} onClose={() => setLink(null)} />}
    </Page>
  );
}
