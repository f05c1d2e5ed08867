import { Compass } from "lucide-react";
import { isRouteErrorResponse, Link, useRouteError } from "react-router";
import { ApiProblem } from "@/api/problem";
import { Button, ButtonLink, EmptyState, ErrorState, Page, useDocumentTitle } from "@/design";
import { useI18n } from "@/i18n";

/** What stands in place of a page that failed; the rest of the console goes on. */
export function RouteError() {
  const { t } = useI18n();
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  const shown = error instanceof ApiProblem ? error : new ApiProblem({ status: -1, title: t("errors.defect"), detail: t("errors.defectHint") });
  return (
    <Page>
      <ErrorState
        error={shown}
        action={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {t("errors.reload")}
          </Button>
        }
      />
    </Page>
  );
}

/** No page has this address. */
export function NotFound() {
  const { t } = useI18n();
  useDocumentTitle(t("errors.notFound"));
  return (
    <Page>
      <EmptyState
        icon={Compass}
        title={t("errors.notFound")}
        isPage
        action={
          <ButtonLink>
            <Link to="/apps">{t("errors.toApps")}</Link>
          </ButtonLink>
        }
      >
        {t("errors.notFoundHint")}
      </EmptyState>
    </Page>
  );
}
