import { useQuery } from "@tanstack/react-query";
import { Link2Off } from "lucide-react";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { EmptyState, ErrorState, SkeletonLines, useDocumentTitle } from "@/design";
import { useI18n } from "@/i18n";
import { BarePage } from "@/shell/BarePage";
import { useSignedIn } from "@/shell/session";
import { JoinForm } from "./JoinForm";

/** Where a link leads: somebody joins, or sets a forgotten password anew. */
export function Component() {
  const { hash } = useLocation();
  // Kept: once used, the token leaves the address.
  const [token] = useState(hash.slice(1));
  return token ? <Join token={token} /> : <NoLink />;
}

/** What the first tenant is called when nobody has named it. */
const UNNAMED = "default";

function Join({ token }: { token: string }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const signedIn = useSignedIn();
  const link = useQuery({
    queryKey: ["join", token],
    queryFn: ({ signal }) => call(api.POST("/api/v1/invitations/openings", { body: { token }, signal })),
    retry: false,
    staleTime: Infinity,
  });
  const tenant = link.data?.tenant ?? UNNAMED;
  const title = link.data?.is_reset ? t("members.resetTitle") : t("members.joinTitle", { tenant: tenant === UNNAMED ? "Skep" : tenant });
  useDocumentTitle(title);
  if (link.error?.status === 404 || link.error?.status === 422) return <NoLink isGone />;
  return (
    <BarePage title={title} description={link.data && !link.data.is_reset && t("members.askedBy", { name: link.data.invited_by })}>
      {link.isError && <ErrorState error={link.error} onRetry={() => void link.refetch()} />}
      {link.isPending && <SkeletonLines lines={4} />}
      {link.data && (
        <JoinForm
          token={token}
          link={link.data}
          onJoined={async (session) => {
            await signedIn(session, { isFresh: true });
            await navigate("/apps", { replace: true });
          }}
        />
      )}
    </BarePage>
  );
}

function NoLink({ isGone = false }: { isGone?: boolean }) {
  const { t } = useI18n();
  return (
    <BarePage title="Skep">
      <EmptyState icon={Link2Off} title={isGone ? t("members.linkGone") : t("members.noLink")}>
        {isGone ? t("members.linkGoneHint") : t("members.noLinkHint")}
      </EmptyState>
    </BarePage>
  );
}
