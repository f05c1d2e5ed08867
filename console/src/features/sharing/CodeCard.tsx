import { Link } from "react-router";
import { Callout, Card, CodeBlock, DataList, Tabs, CopyableId } from "@/design";
import type { App } from "@/features/apps";
import { startFields, useNodeTypes } from "@/features/runs";
import { Text, useI18n } from "@/i18n";
import { usePublished } from "./api";
import styles from "./Sharing.module.css";
import { snippets } from "./snippets";

/** How programs call an app: addresses, and code that works once a key is put in. */
export function CodeCard({ app }: { app: App }) {
  const { t } = useI18n();
  const published = usePublished(app.id, app.published?.version);
  const origin = window.location.origin;
  const types = useNodeTypes();
  const fields = startFields(published.data?.document, types.data?.start ?? new Set());
  const code = snippets({ origin, app, fields });
  return (
    <Card title={t("sharing.code")} description={t("sharing.codeHint")}>
      <div className={styles["body"]}>
        <DataList
          items={[
            { label: t("sharing.api"), value: <CopyableId id={`${origin}/api/v1/runs`} isWhole /> },
            { label: t("sharing.openai"), value: <CopyableId id={`${origin}/openai/v1`} isWhole /> },
            { label: t("sharing.model"), value: <CopyableId id={`app/${app.name}`} isWhole /> },
            { label: t("sharing.mcp"), value: <CopyableId id={`${origin}/mcp/${app.id}`} isWhole /> },
          ]}
        />
        <Callout>
          <Text k="sharing.needsKey" values={{ link: <Link to="/keys">{t("shell.keys")}</Link> }} />
        </Callout>
        <Tabs
          label={t("sharing.code")}
          tabs={[
            { value: "curl", label: "curl", content: <CodeBlock code={code.curl} language="bash" /> },
            { value: "python", label: "Python", content: <CodeBlock code={code.python} language="python" /> },
            { value: "javascript", label: "JavaScript", content: <CodeBlock code={code.javascript} language="javascript" /> },
            { value: "openai", label: "OpenAI SDK", content: <CodeBlock code={code.openai} language="python" /> },
          ]}
        />
      </div>
    </Card>
  );
}
