import { Menu as MenuIcon, SquarePen } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { IconButton } from "@/design";
import type { FormField, FormState } from "@/features/runs";
import { useI18n } from "@/i18n";
import { isGoing } from "../api/follow-run";
import type { SiteClient } from "../api/site-client";
import type { Site } from "../api/types";
import { Announcer } from "../shared/Announcer";
import { SiteHeader } from "../shared/SiteHeader";
import site from "../Site.module.css";
import { ChatStore } from "./chat-store";
import { Composer } from "./Composer";
import { ConversationDrawer, ConversationList } from "./Conversations";
import { Greeting } from "./Greeting";
import { Messages } from "./Messages";
import styles from "./Chat.module.css";

const StartFields = lazy(() => import("../form/StartFields"));

interface ChatPageProps {
  slug: string;
  site: Site;
  client: SiteClient;
  isEmbedded: boolean;
}

/** A chat with the app, and the visitor's conversations beside it. */
export default function ChatPage({ slug, site: shown, client, isEmbedded }: ChatPageProps) {
  const { t } = useI18n();
  const store = useMemo(() => new ChatStore(client, slug), [client, slug]);
  const { conversations, currentId } = useSyncExternalStore(store.subscribe, store.snapshot);
  const [isListOpen, setIsListOpen] = useState(false);
  const [inputs, setInputs] = useState<Inputs>({ values: {}, isFine: true });
  const [isTried, setIsTried] = useState(false);
  useEffect(() => store.begin(), [store]);
  const current = conversations.find(({ id }) => id === currentId);
  const turns = current?.turns ?? [];
  const last = turns.at(-1);
  const going = last !== undefined && isGoing(last.progress);
  const fields = shown.fields as unknown as FormField[];
  const send = (query: string) => {
    setIsTried(true);
    if (fields.length > 0 && !inputs.isFine) return false;
    store.send(query, inputs.values);
    return true;
  };
  const renew = () => {
    store.renew();
    setIsListOpen(false);
  };
  const list = (
    <ConversationList
      conversations={conversations}
      currentId={currentId}
      onOpen={(id) => {
        store.open(id);
        setIsListOpen(false);
      }}
      onRenew={renew}
      onRemove={(id) => store.remove(id)}
    />
  );
  return (
    <div className={site["site"]}>
      {!isEmbedded && (
        <aside className={styles["side"]} aria-label={t("webapp.conversations")}>
          {list}
        </aside>
      )}
      <ConversationDrawer isOpen={isListOpen} onClose={() => setIsListOpen(false)}>
        {list}
      </ConversationDrawer>
      <div className={styles["chat"]}>
        <SiteHeader
          title={shown.title}
          isEmbedded={isEmbedded}
          before={
            (conversations.length > 0 || !isEmbedded) && (
              <IconButton
                icon={MenuIcon}
                label={t("webapp.conversations")}
                className={isEmbedded ? undefined : styles["narrowOnly"]}
                onClick={() => setIsListOpen(true)}
              />
            )
          }
        >
          <IconButton icon={SquarePen} label={t("webapp.newConversation")} disabled={turns.length === 0} onClick={renew} />
        </SiteHeader>
        <Messages key={`messages-${current?.id ?? ""}`} turns={turns} client={client} onRetry={(turn) => store.retry(turn)}>
          {turns.length === 0 && <Greeting site={shown} isEmbedded={isEmbedded} onPick={send} isReady={shown.is_ready} />}
          {fields.length > 0 && (
            <Suspense fallback={null}>
              <StartFields fields={fields} isOpen={turns.length === 0 || (isTried && !inputs.isFine)} isTried={isTried} onChange={setInputs} />
            </Suspense>
          )}
        </Messages>
        <Announcer run={last} />
        <Composer
          key={`composer-${currentId ?? ""}`}
          isGoing={going}
          isReady={shown.is_ready}
          disclaimer={shown.look.disclaimer ?? ""}
          onSend={send}
          onStop={() => last && void store.stop(last).catch(() => undefined)}
        />
      </div>
    </div>
  );
}

export interface Inputs {
  values: Record<string, unknown>;
  isFine: boolean;
  state?: FormState;
}
