import { useNavigate, useSearchParams } from "react-router";
import { useDocumentTitle } from "@/design";
import { useI18n } from "@/i18n";
import { BarePage } from "@/shell/BarePage";
import { useSignedIn } from "@/shell/session";
import { LoginForm } from "./LoginForm";

export function Component() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const signedIn = useSignedIn();
  useDocumentTitle(t("login.signIn"));
  return (
    <BarePage title={t("login.title")} description={t("login.subtitle")}>
      <LoginForm
        onSignedIn={async (session) => {
          await signedIn(session, { isFresh: true });
          await navigate(safePath(search.get("next")), { replace: true });
        }}
      />
    </BarePage>
  );
}

/** A path of this console to go on to; never another site's address. */
export function safePath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/apps";
}
