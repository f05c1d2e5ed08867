import { CircleAlert, Ellipsis, Trash2 } from "lucide-react";
import { Badge, IconButton, Menu, Skeleton, Tooltip } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { byGroup, GROUPS, type ShownPlugin } from "./overview";
import styles from "./Plugins.module.css";

/** Plugins under what they add. */
export function PluginList({ plugins, onRemove }: { plugins: readonly ShownPlugin[]; onRemove: (plugin: ShownPlugin) => void }) {
  const { t } = useI18n();
  return byGroup(plugins).map(([group, members]) => {
    const key = GROUPS[group];
    const title = key ? t(key) : group;
    return (
      <section key={group} className={styles["group"]}>
        <h2 className={styles["groupTitle"]}>
          {title} <span>{members.length}</span>
        </h2>
        <ul className={styles["list"]} aria-label={title}>
          {members.map((plugin) => (
            <Row key={plugin.name} plugin={plugin} group={group} onRemove={() => onRemove(plugin)} />
          ))}
        </ul>
      </section>
    );
  });
}

function Row({ plugin, group, onRemove }: { plugin: ShownPlugin; group: string; onRemove: () => void }) {
  const { t } = useI18n();
  const { may } = useSession();
  const others = plugin.groups.filter((each) => each !== group);
  return (
    <li className={styles["row"]}>
      <div className={styles["line"]}>
        <span className={styles["name"]}>{plugin.name}</span>
        <span className={styles["version"]}>{plugin.version}</span>
        <span className={styles["services"]}>
          {plugin.loaded.map(({ service, version }) => (
            <Badge key={service}>
              {service}
              {version !== plugin.version && ` ${version}`}
            </Badge>
          ))}
        </span>
        <span className={styles["marks"]}>
          {others.length > 0 && (
            <Tooltip label={others.map((each) => nameOf(each, t)).join(", ")}>
              <span className={styles["also"]}>{t("plugins.alsoAdds", { count: others.length })}</span>
            </Tooltip>
          )}
          {plugin.isAtRunTime && <Badge tone="accent">{t("plugins.atRunTime")}</Badge>}
          {plugin.state === "failed" && <Badge tone="failed">{t("plugins.failed")}</Badge>}
          {plugin.state === "partly" && <Badge tone="paused">{t("plugins.partly")}</Badge>}
          {plugin.state === "absent" && (
            <Tooltip label={t("plugins.absentHint")}>
              <span>
                <Badge tone="cancelled">{t("plugins.absent")}</Badge>
              </span>
            </Tooltip>
          )}
        </span>
        <span className={styles["actions"]}>
          {plugin.isAtRunTime && may("operator") && (
            <Menu
              trigger={<IconButton icon={Ellipsis} size="small" label={t("plugins.moreFor", { name: plugin.name })} />}
              items={[{ label: t("actions.remove"), icon: Trash2, isDangerous: true, onSelect: onRemove }]}
            />
          )}
        </span>
      </div>
      {plugin.failures.map(({ service, group: part, reason }) => (
        <p key={service + part} className={styles["reason"]}>
          <CircleAlert size={14} aria-hidden />
          <span>
            <strong>{service}</strong> {reason}
          </span>
        </p>
      ))}
    </li>
  );
}

function nameOf(group: string, t: ReturnType<typeof useI18n>["t"]): string {
  const key = GROUPS[group];
  return key ? t(key) : group;
}

export function PluginSkeleton() {
  return (
    <div className={styles["group"]} aria-busy>
      <Skeleton width={110} height={16} style={{ marginBottom: 10 }} />
      <ul className={styles["list"]}>
        {Array.from({ length: 8 }, (_, index) => (
          <li key={index} className={styles["row"]}>
            <div className={styles["line"]}>
              <Skeleton width={120 + ((index * 37) % 80)} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
