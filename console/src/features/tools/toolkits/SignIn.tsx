import { LogIn, LogOut } from "lucide-react";
import { useState } from "react";
import { Badge, Button, ConfirmDialog, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useBeginSignIn, useForgetSignIn, type Toolkit } from "../api";

/** Goes to the other side to sign in, or forgets what was granted there. */
export function SignInButton({ toolkit }: { toolkit: Toolkit }) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const begin = useBeginSignIn();
  const forget = useForgetSignIn();
  const [isLeaving, setIsLeaving] = useState(false);
  if (toolkit.sign_in !== "granted") {
    return (
      <Button icon={LogIn} variant={toolkit.sign_in === "ended" ? "primary" : "secondary"} isBusy={begin.isPending} onClick={() => begin.mutate(toolkit.id, { onError: fail })}>
        {t(toolkit.sign_in === "ended" ? "tools.signInAgain" : "tools.signIn")}
      </Button>
    );
  }
  return (
    <>
      <Button icon={LogOut} onClick={() => setIsLeaving(true)}>
        {t("tools.signOut")}
      </Button>
      {isLeaving && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setIsLeaving(false)}
          title={t("tools.signOutTitle", { name: toolkit.name })}
          confirmLabel={t("tools.signOut")}
          isDangerous
          onConfirm={async () => {
            await forget.mutateAsync(toolkit.id);
            say(t("tools.signedOut", { name: toolkit.name }));
          }}
        >
          {t("tools.signOutConfirm")}
        </ConfirmDialog>
      )}
    </>
  );
}

/** Whether somebody has signed in, among the facts of a toolkit. */
export function SignInState({ toolkit }: { toolkit: Toolkit }) {
  const { t } = useI18n();
  if (toolkit.sign_in === "granted") return <Badge tone="succeeded">{t("tools.isSignedIn")}</Badge>;
  if (toolkit.sign_in === "ended") return <Badge tone="failed">{t("tools.signInEnded")}</Badge>;
  return <span>{t("tools.notSignedIn")}</span>;
}
