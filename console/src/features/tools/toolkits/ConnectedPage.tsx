import { useEffect, useRef } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ButtonLink, Callout, ErrorState, Page, PageHeader, SkeletonLines, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import { useEndSignIn } from "../api";

/** Where the browser comes back to from the other side of a toolkit, with what was granted there. */
export function Component() {
  const { t } = useI18n();
  const { say } = useToasts();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const end = useEndSignIn();
  const state = search.get("state");
  const isSent = useRef(false);
  useEffect(() => {
    if (!state || isSent.current) return;
    isSent.current = true;
    const given = Object.fromEntries(["code", "iss", "error", "error_description"].map((name) => [name, search.get(name) ?? ""]));
    end.mutate(
      { code: "", iss: "", error: "", error_description: "", ...given, state },
      {
        onSuccess: (toolkit) => {
          say(t("tools.signedIn", { name: toolkit.name }));
          void navigate(`/tools/${toolkit.id}`, { replace: true });
        },
      },
    );
  }, [end, navigate, say, search, state, t]);
  return (
    <Page>
      <PageHeader title={t("tools.signInTitle")} />
      {!state && <Callout tone="warning">{t("tools.nothingGranted")}</Callout>}
      {end.error && <ErrorState error={end.error} />}
      {state && !end.error && <SkeletonLines lines={3} />}
      {(!state || end.error) && (
        <div>
          <ButtonLink>
            <Link to="/tools">{t("tools.backToTools")}</Link>
          </ButtonLink>
        </div>
      )}
    </Page>
  );
}
