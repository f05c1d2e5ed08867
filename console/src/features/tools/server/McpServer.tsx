import { KeyRound } from "lucide-react";
import { Link } from "react-router";
import { ButtonLink, Card, CodeBlock, CopyableId, CopyButton, ErrorNote, Skeleton } from "@/design";
import { Text, useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { usePublishedApps } from "../api";
import styles from "./Server.module.css";
import { toolNames } from "./tool-name";

/** How other programs use this workspace's apps as tools. */
export function McpServer() {
  const { t } = useI18n();
  const { may } = useSession();
  const address = `${window.location.origin}/mcp`;
  return (
    <Card className={styles["server"] ?? ""}>
      <div className={styles["columns"]}>
        <div className={styles["column"]}>
          <div>
            <h3 className={styles["label"]}>{t("tools.serverAddress")}</h3>
            <div className={styles["address"]}>
              <code>{address}</code>
              <CopyButton text={address} />
            </div>
          </div>
          <p className={styles["hint"]}>
            <Text k="tools.serverKeyHint" values={{ scope: <strong>{t("keys.scope_runs:write")}</strong> }} />
          </p>
          {may("keys") && (
            <div>
              <ButtonLink size="small">
                <Link to="/keys">
                  <KeyRound size={14} aria-hidden />
                  {t("tools.createKey")}
                </Link>
              </ButtonLink>
            </div>
          )}
          <div>
            <h3 className={styles["label"]}>{t("tools.serverTools")}</h3>
            <PublishedApps />
          </div>
        </div>
        <CodeBlock title={t("tools.serverConfiguration")} language="json" code={configurationFor(address)} />
      </div>
    </Card>
  );
}

function configurationFor(url: string): string {
  const server = { type: "http", url, headers: { Authorization: "Bearer sk_…" } };
  return JSON.stringify({ mcpServers: { skep: server } }, null, 2);
}

function PublishedApps() {
  const { t } = useI18n();
  const apps = usePublishedApps();
  if (apps.isError) return <ErrorNote error={apps.error} />;
  if (!apps.data) return <Skeleton height={28} />;
  if (apps.data.length === 0) return <p className={styles["hint"]}>{t("tools.serverNone")}</p>;
  const names = toolNames(apps.data);
  return (
    <ul className={styles["apps"]}>
      {apps.data.map((app) => (
        <li key={app.id}>
          <CopyableId id={names.get(app.id) ?? app.id} isWhole />
          <Link to={`/apps/${app.id}`} className={styles["app"]}>
            {app.name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
