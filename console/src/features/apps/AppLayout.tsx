import { Navigate, Outlet, useLocation, useParams } from "react-router";
import { ErrorState, Page, TabLinks } from "@/design";
import { useI18n } from "@/i18n";
import { appPages, useSession } from "@/shell";
import { useApp } from "./api";
import styles from "./AppLayout.module.css";

/** One app: its pages as tabs, each a feature's. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const { app: ref = "" } = useParams();
  const { pathname } = useLocation();
  const app = useApp(ref);
  const root = `/apps/${ref}`;
  const pages = appPages.filter((page) => !page.scope || may(page.scope));
  if (app.isError) {
    return (
      <Page>
        <ErrorState error={app.error} onRetry={() => void app.refetch()} />
      </Page>
    );
  }
  const first = pages[0];
  const isAtRoot = pathname.replace(/\/$/, "") === root;
  if (isAtRoot && first && first.path !== "") return <Navigate to={`${root}/${first.path}`} replace />;
  return (
    <div className={styles["layout"]}>
      <div className={styles["tabs"]}>
        <TabLinks
          label={app.data?.name ?? ref}
          links={pages.map((page) => ({
            to: page.path ? `${root}/${page.path}` : root,
            label: t(page.label),
            isExact: page.path === "",
          }))}
        />
      </div>
      <div className={styles["page"]}>
        <Outlet />
      </div>
    </div>
  );
}
