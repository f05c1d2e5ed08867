import { Plus, Server } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button, EmptyState, ErrorState, Page, PageHeader } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useToolkitKinds, useToolkits, type Toolkit } from "./api";
import { InstalledTools } from "./installed/InstalledTools";
import { McpServer } from "./server/McpServer";
import { DeleteToolkit } from "./toolkits/DeleteToolkit";
import { ToolkitCards } from "./toolkits/ToolkitCards";
import { ToolkitDialog } from "./toolkits/ToolkitDialog";
import styles from "./Tools.module.css";

/** What agents and workflows can call, and how others call this workspace. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const toolkits = useToolkits();
  // So that the dialog is there at once.
  useToolkitKinds();
  const [isAdding, setIsAdding] = useState(false);
  const [editing, setEditing] = useState<Toolkit | null>(null);
  const [leaving, setLeaving] = useState<Toolkit | null>(null);
  const add = may("admin") && (
    <Button variant="primary" icon={Plus} onClick={() => setIsAdding(true)}>
      {t("tools.addToolkit")}
    </Button>
  );
  const isEmpty = toolkits.data?.length === 0;
  return (
    <Page>
      <PageHeader title={t("shell.tools")} description={t("tools.hint")} actions={!isEmpty && add} />
      <div className={styles["sections"]}>
        <Section title={t("tools.toolkits")} hint={t("tools.toolkitsHint")}>
          {toolkits.isError ? (
            <ErrorState error={toolkits.error} onRetry={() => void toolkits.refetch()} />
          ) : isEmpty ? (
            <div className={styles["empty"]}>
              <EmptyState icon={Server} title={t("tools.noToolkits")} action={add} isCompact>
                {t("tools.noToolkitsHint")}
              </EmptyState>
            </div>
          ) : (
            <ToolkitCards toolkits={toolkits.data} onEdit={setEditing} onDelete={setLeaving} />
          )}
        </Section>
        <Section title={t("tools.installed")} hint={t("tools.installedHint")}>
          <InstalledTools />
        </Section>
        <Section title={t("tools.server")} hint={t("tools.serverHint")}>
          <McpServer />
        </Section>
      </div>
      {isAdding && <ToolkitDialog onClose={() => setIsAdding(false)} />}
      {editing && <ToolkitDialog toolkit={editing} onClose={() => setEditing(null)} />}
      {leaving && <DeleteToolkit toolkit={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

function Section({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <section>
      <header className={styles["head"]}>
        <h2>{title}</h2>
        <p>{hint}</p>
      </header>
      {children}
    </section>
  );
}
