import { Rocket } from "lucide-react";
import { Link, useParams } from "react-router";
import { ButtonLink, EmptyState, ErrorState, Page, PageHeader, SkeletonLines } from "@/design";
import { useApp } from "@/features/apps";
import { useI18n } from "@/i18n";
import { useSite } from "./api";
import { CodeCard } from "./CodeCard";
import { SiteCard } from "./SiteCard";
import styles from "./Sharing.module.css";

/** How others use an app: a page for people, addresses and code for programs. */
export function Component() {
  const { t } = useI18n();
  const { app: ref = "" } = useParams();
  const app = useApp(ref);
  const site = useSite(ref);
  const error = app.error ?? site.error;
  return (
    <Page>
      <PageHeader title={t("sharing.title")} description={t("sharing.hint")} />
      {error && <ErrorState error={error} onRetry={() => void Promise.all([app.refetch(), site.refetch()])} />}
      {!error && (!app.data || !site.data) && <SkeletonLines lines={8} />}
      {app.data && !app.data.published && (
        <EmptyState
          icon={Rocket}
          title={t("sharing.notPublished")}
          action={
            <ButtonLink variant="primary">
              <Link to={`/apps/${ref}`}>{t("sharing.toCanvas")}</Link>
            </ButtonLink>
          }
        >
          {t("sharing.notPublishedHint")}
        </EmptyState>
      )}
      {app.data?.published && site.data && (
        <div className={styles["cards"]}>
          <SiteCard app={app.data} site={site.data} />
          <CodeCard app={app.data} />
        </div>
      )}
    </Page>
  );
}
