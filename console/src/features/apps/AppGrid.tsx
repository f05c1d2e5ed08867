import { Link } from "react-router";
import { Badge, Skeleton, Time } from "@/design";
import { useI18n } from "@/i18n";
import type { App } from "./api";
import { AppIcon } from "./AppIcon";
import { AppMenu } from "./AppMenu";
import styles from "./Apps.module.css";

/** Apps as cards; grey ones while they are on their way. */
export function AppGrid({ apps, onTag }: { apps: App[] | undefined; onTag: (tag: string) => void }) {
  return (
    <ul className={styles["grid"]} aria-busy={apps === undefined}>
      {apps
        ? apps.map((app) => <AppCard key={app.id} app={app} onTag={onTag} />)
        : Array.from({ length: 6 }, (_, index) => <CardSkeleton key={index} />)}
    </ul>
  );
}

function AppCard({ app, onTag }: { app: App; onTag: (tag: string) => void }) {
  const { t } = useI18n();
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <AppIcon icon={app.icon} name={app.name} />
        <div className={styles["cardName"]}>
          <Link to={`/apps/${app.id}`} className={styles["cardLink"]} title={app.name}>
            {app.name}
          </Link>
          <span className={styles["cardMode"]}>{t(`apps.${app.mode}`)}</span>
        </div>
        <div className={styles["above"]}>
          <AppMenu app={app} />
        </div>
      </div>
      <p className={styles["cardText"]}>{app.description || t("apps.noDescription")}</p>
      <div className={styles["cardFoot"]}>
        {app.published ? (
          <Badge tone="succeeded">{t("apps.published", { number: app.published.number })}</Badge>
        ) : (
          <Badge>{t("apps.draft")}</Badge>
        )}
        {app.tags.slice(0, 3).map((tag) => (
          <button key={tag} type="button" className={styles["tag"]} onClick={() => onTag(tag)}>
            {tag}
          </button>
        ))}
        <span className={styles["cardTime"]}>
          <Time at={app.updated_at} />
        </span>
      </div>
    </li>
  );
}

function CardSkeleton() {
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <Skeleton width={36} height={36} style={{ borderRadius: 8 }} />
        <div className={styles["cardName"]}>
          <Skeleton width={120} style={{ margin: "3px 0" }} />
          <Skeleton width={60} height={11} style={{ margin: "3px 0" }} />
        </div>
      </div>
      <p className={styles["cardText"]}>
        <Skeleton width="85%" height={12} />
      </p>
      <div className={styles["cardFoot"]}>
        <Skeleton width={60} height={20} />
      </div>
    </li>
  );
}
