import { ChevronRight } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { useTopBarPlace } from "@/shell/top-bar-place";
import { Link, useMatches, type UIMatch } from "react-router";
import { useI18n } from "@/i18n";
import type { PageHandle } from "@/shell/feature";
import styles from "./Shell.module.css";

/** The path to the page. Pages put their own actions beside it with `<TopBarActions>`. */
export function TopBar() {
  const { setPlace } = useTopBarPlace();
  const { t } = useI18n();
  const matches = useMatches() as UIMatch<unknown, PageHandle | undefined>[];
  const crumbs = matches.filter((match) => match.handle?.crumb);
  return (
    <div className={styles["topbar"]}>
      <nav aria-label={t("shell.toolbar")} className={styles["crumbs"]}>
        {crumbs.map((match, index) => {
          const isLast = index === crumbs.length - 1;
          return (
            <Fragment key={match.id}>
              {index > 0 && <ChevronRight size={13} aria-hidden />}
              {isLast ? (
                <span aria-current="page">
                  <Crumb match={match} />
                </span>
              ) : (
                <Link to={match.pathname}>
                  <Crumb match={match} />
                </Link>
              )}
            </Fragment>
          );
        })}
      </nav>
      <div ref={setPlace} className={styles["topbarActions"]} />
    </div>
  );
}

function Crumb({ match }: { match: UIMatch<unknown, PageHandle | undefined> }): ReactNode {
  const { t } = useI18n();
  const crumb = match.handle?.crumb;
  if (!crumb) return null;
  if (typeof crumb === "string") return t(crumb);
  const Named = crumb;
  return <Named params={match.params} />;
}
