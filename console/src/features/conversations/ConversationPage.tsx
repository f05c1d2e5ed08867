import { useParams } from "react-router";
import { Card, CopyableId, DataList, EmptyState, ErrorState, LoadMore, Page, PageHeader, SkeletonLines, Time } from "@/design";
import { useFeedback } from "@/features/feedback";
import { JsonTree, useAppNames } from "@/features/runs";
import { useI18n } from "@/i18n";
import { MessagesSquare } from "lucide-react";
import { useConversation, useMessages, useVariables } from "./api";
import { TurnView } from "./TurnView";
import styles from "./Conversations.module.css";

/** One conversation, turn by turn. */
export function Component() {
  const { t } = useI18n();
  const { conversationId = "" } = useParams();
  const conversation = useConversation(conversationId);
  const messages = useMessages(conversationId);
  const feedback = useFeedback({ conversation: conversationId });
  const { data, error } = conversation;
  const failed = error && !data ? error : undefined;
  if (failed) {
    return (
      <Page>
        <ErrorState error={failed} onRetry={() => void conversation.refetch()} />
      </Page>
    );
  }
  return (
    <Page>
      <PageHeader title={data?.title || t("conversations.title")} />
      <div className={styles["columns"]}>
        <section className={styles["transcript"]} aria-label={t("conversations.turns")}>
          {!messages.data && !messages.error && <SkeletonLines lines={6} />}
          {messages.error && !messages.data && <ErrorState error={messages.error} onRetry={() => void messages.refetch()} />}
          {messages.data && messages.items.length === 0 && (
            <EmptyState icon={MessagesSquare} title={t("conversations.noTurns")} isCompact />
          )}
          {messages.items.map((message) => (
            <TurnView key={message.run_id} message={message} feedback={feedback.items.filter(({ run_id }) => run_id === message.run_id)} />
          ))}
          <LoadMore pages={messages} />
        </section>
        <Side id={conversationId} />
      </div>
    </Page>
  );
}

function Side({ id }: { id: string }) {
  const { t, format } = useI18n();
  const { data } = useConversation(id);
  const variables = useVariables(id);
  const apps = useAppNames();
  const has = variables.data && Object.keys(variables.data).length > 0;
  return (
    <aside className={styles["side"]} aria-label={t("conversations.variables")}>
      <Card>
        {data ? (
          <DataList
            items={[
              { label: "ID", value: <CopyableId id={data.id} /> },
              { label: t("conversations.app"), value: apps.data?.find((app) => app.id === data.app_id)?.name ?? "–" },
              { label: t("conversations.user"), value: data.end_user ?? "–" },
              { label: t("conversations.turns"), value: format.number(data.messages) },
              { label: t("conversations.created"), value: <Time at={data.created_at} /> },
              { label: t("conversations.updated"), value: <Time at={data.updated_at} /> },
            ]}
          />
        ) : (
          <SkeletonLines lines={5} />
        )}
      </Card>
      <Card title={t("conversations.variables")} description={t("conversations.variablesHint")}>
        {has ? <JsonTree value={variables.data} root="conversation" /> : <p className={styles["faint"]}>{t("conversations.noVariables")}</p>}
      </Card>
    </aside>
  );
}
