import { useEffect, useState } from "react";
import { onSessionExpired } from "@/api/session";
import { Dialog } from "@/design";
import { LoginForm } from "@/features/login";
import { useI18n } from "@/i18n";
import { useSession, useSignedIn } from "@/shell/session";

/** Asks for the password again over the page, which keeps everything that is on it. */
export function ExpiredSession() {
  const { t } = useI18n();
  const { me } = useSession();
  const signedIn = useSignedIn();
  const [isExpired, setIsExpired] = useState(false);
  useEffect(() => onSessionExpired(() => setIsExpired(true)), []);
  return (
    <Dialog
      isOpen={isExpired}
      onOpenChange={setIsExpired}
      title={t("login.expired")}
      description={t("login.expiredHint")}
      size="small"
      isModal
    >
      <LoginForm
        email={me.member?.email}
        onSignedIn={async (session) => {
          if (session.member.id !== me.member?.id) {
            // Somebody else: nothing of the page before may be theirs.
            window.location.assign("/");
            return;
          }
          await signedIn(session, { isFresh: false });
          setIsExpired(false);
        }}
      />
    </Dialog>
  );
}
