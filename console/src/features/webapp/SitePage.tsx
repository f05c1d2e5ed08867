import { CloudOff, DoorClosed, RotateCw } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { asProblem, type ApiProblem } from "@/api/problem";
import { Button, EmptyState, Skeleton } from "@/design";
import { I18nProvider, useI18n, type Language } from "@/i18n";
import type { Messages } from "@/i18n/messages";
import { SiteClient } from "./api/site-client";
import type { Site } from "./api/types";
import { useDocumentLook } from "./look/use-look";
import { useViewport } from "./look/use-viewport";
import { languageOf, loadTexts } from "./texts";
import styles from "./Site.module.css";

const ChatPage = lazy(() => import("./chat/ChatPage"));
const FormPage = lazy(() => import("./form/FormPage"));

interface Loaded {
  site?: Site;
  problem?: ApiProblem;
  language: Language;
  texts: Messages;
}

async function load(client: SiteClient, signal?: AbortSignal): Promise<Loaded> {
  const found: Pick<Loaded, "site" | "problem"> = await client.show(signal).then(
    (site) => ({ site }),
    (error: unknown) => ({ problem: asProblem(error) }),
  );
  const language = languageOf(found.site?.look);
  return { ...found, language, texts: await loadTexts(language) };
}

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** The public page of a published app. Its visitors have no account, and see nothing of the console. */
export function SitePage({ slug, isEmbedded }: { slug: string; isEmbedded: boolean }) {
  const client = useMemo(() => new SiteClient(slug), [slug]);
  const [loaded, setLoaded] = useState<Loaded>();
  useViewport();
  useDocumentLook(loaded?.site?.look);
  const title = loaded?.site?.title;
  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);
  useEffect(() => {
    const { signal, abort } = withAbort();
    void load(client, signal).then((found) => {
      if (!signal.aborted) setLoaded(found);
    });
    return abort;
  }, [client]);
  if (!loaded) return <Loading />;
  const { site, problem, language, texts } = loaded;
  return (
    <I18nProvider key={language} language={language} messages={texts}>
      {site ? (
        <Suspense fallback={<Loading />}>
          {site.mode === "chat" ? (
            <ChatPage slug={slug} site={site} client={client} isEmbedded={isEmbedded} />
          ) : (
            <FormPage site={site} client={client} isEmbedded={isEmbedded} />
          )}
        </Suspense>
      ) : (
        <NoSite problem={problem} onRetry={async () => setLoaded(await load(client))} />
      )}
    </I18nProvider>
  );
}

function Loading() {
  return (
    <div className={styles["site"]} aria-busy>
      <div className={styles["loading"]}>
        <Skeleton width={180} height={24} />
        <Skeleton width="80%" />
        <Skeleton width="60%" />
      </div>
    </div>
  );
}

/** There is no such page, it is closed, or it could not be read. */
function NoSite({ problem, onRetry }: { problem: ApiProblem | undefined; onRetry: () => Promise<void> }) {
  const { t } = useI18n();
  const [isBusy, setIsBusy] = useState(false);
  const isUnknown = problem?.status === 404;
  const text = isUnknown ? t("webapp.unknownHint") : problem?.status === 429 ? t("webapp.busyHint") : t("webapp.awayHint");
  const retry = () => {
    setIsBusy(true);
    void onRetry().finally(() => setIsBusy(false));
  };
  useEffect(() => {
    document.title = isUnknown ? t("webapp.unknown") : t("webapp.away");
  }, [isUnknown, t]);
  return (
    <main className={styles["nothing"]}>
      <EmptyState
        isPage
        icon={isUnknown ? DoorClosed : CloudOff}
        title={isUnknown ? t("webapp.unknown") : t("webapp.away")}
        action={
          !isUnknown && (
            <Button icon={RotateCw} isBusy={isBusy} onClick={retry}>
              {t("actions.tryAgain")}
            </Button>
          )
        }
      >
        {text}
      </EmptyState>
    </main>
  );
}
