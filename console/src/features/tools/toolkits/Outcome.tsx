import { CircleCheck } from "lucide-react";
import { Button, Callout, Skeleton, useProblemText } from "@/design";
import { useI18n } from "@/i18n";
import { useAskAgain, useToolkitTools, type Toolkit, type ToolkitTool } from "../api";
import styles from "./Toolkits.module.css";

/** What a toolkit that was just saved has to offer, or why it cannot be asked. */
export function Outcome({ toolkit }: { toolkit: Toolkit }) {
  const { t } = useI18n();
  const tools = useToolkitTools(toolkit.id);
  return (
    <div className={styles["outcome"]} aria-live="polite" aria-busy={tools.isFetching}>
      {tools.data ? (
        <Found tools={tools.data} />
      ) : tools.isError ? (
        <AskFailed error={tools.error} />
      ) : (
        <>
          <p className={styles["quiet"]}>{t("tools.asking")}</p>
          <Skeleton height={40} />
          <Skeleton height={40} />
          <Skeleton height={40} />
        </>
      )}
    </div>
  );
}

/** What to do about it. */
export function OutcomeActions({ toolkit, onChange, onClose }: { toolkit: Toolkit; onChange: () => void; onClose: () => void }) {
  const { t } = useI18n();
  const tools = useToolkitTools(toolkit.id);
  const ask = useAskAgain();
  return (
    <>
      <Button onClick={onChange}>{t("tools.changeSettings")}</Button>
      {tools.isError && (
        <Button isBusy={tools.isFetching} onClick={() => void ask(toolkit.id)}>
          {t("tools.askAgain")}
        </Button>
      )}
      <Button variant="primary" onClick={onClose}>
        {t("actions.done")}
      </Button>
    </>
  );
}

function Found({ tools }: { tools: ToolkitTool[] }) {
  const { t } = useI18n();
  if (tools.length === 0) return <Callout tone="warning">{t("tools.offersNone")}</Callout>;
  return (
    <>
      <p className={styles["found"]}>
        <CircleCheck size={16} aria-hidden />
        {t("tools.offers", { count: tools.length })}
      </p>
      <ul className={styles["foundList"]}>
        {tools.map((tool) => (
          <li key={tool.name}>
            <code>{tool.name}</code>
            {tool.description && <p>{tool.description}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Why a toolkit could not be asked, in the words of the gateway. */
export function AskFailed({ error, action }: { error: unknown; action?: React.ReactNode }) {
  const { t } = useI18n();
  const { title, detail } = useProblemText(error);
  return (
    <Callout tone="danger" title={t("tools.notAnswering")} action={action}>
      {detail || title}
    </Callout>
  );
}
