import { useQuery } from "@tanstack/react-query";
import { Monitor, Moon, Sun } from "lucide-react";
import { Badge, Card, CopyableId, DataList, ErrorNote, Page, PageHeader, SegmentedControl, SkeletonLines } from "@/design";
import { LANGUAGES, useI18n, type Language } from "@/i18n";
import { useSession } from "@/shell";
import { setTheme, useTheme } from "@/shell/theme";
import { EditAccount } from "./EditAccount";
import styles from "./Settings.module.css";

export function Component() {
  const { t } = useI18n();
  return (
    <Page>
      <PageHeader title={t("settings.title")} />
      <div className={styles["cards"]}>
        <Appearance />
        <Account />
        <Installation />
      </div>
    </Page>
  );
}

function Appearance() {
  const { t, language, speak } = useI18n();
  const theme = useTheme();
  return (
    <Card title={t("settings.appearance")}>
      <div className={styles["row"]}>
        <span>{t("settings.theme")}</span>
        <SegmentedControl
          label={t("settings.theme")}
          value={theme}
          onChange={setTheme}
          options={[
            { value: "system", label: t("shell.system"), icon: Monitor },
            { value: "light", label: t("shell.light"), icon: Sun },
            { value: "dark", label: t("shell.dark"), icon: Moon },
          ]}
        />
      </div>
      <div className={styles["row"]}>
        <span>{t("settings.language")}</span>
        <SegmentedControl
          label={t("settings.language")}
          value={language}
          onChange={(chosen) => void speak(chosen)}
          options={Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }))}
        />
      </div>
    </Card>
  );
}

function Account() {
  const { t } = useI18n();
  const { me, may } = useSession();
  return (
    <Card title={t("settings.account")} actions={me.member && <EditAccount member={me.member} />}>
      <DataList
        items={[
          { label: t("settings.name"), value: me.member?.name ?? "–" },
          { label: t("settings.email"), value: me.member?.email ?? "–" },
          { label: t("settings.id"), value: <CopyableId id={me.member?.id ?? me.id} isWhole /> },
          { label: t("settings.tenant"), value: me.tenant.name },
          {
            label: t("settings.may"),
            value: (
              <span className={styles["scopes"]}>
                {(may("admin") ? me.scopes.filter((scope) => ALL.has(scope)) : me.scopes).map((scope) => (
                  <Badge key={scope}>{t(`keys.scope_${scope}`)}</Badge>
                ))}
              </span>
            ),
          },
        ]}
      />
    </Card>
  );
}

/** What stands for everything else. */
const ALL = new Set(["admin", "operator"]);

interface Readiness {
  ready: boolean;
  parts: Record<string, string>;
}

/** Whether the parts of this installation answer; a 503 says which do not. */
async function readReadiness(signal: AbortSignal): Promise<Readiness> {
  const answer = await fetch("/readyz", { signal });
  return (await answer.json()) as Readiness;
}

function Installation() {
  const { t } = useI18n();
  const state = useQuery({
    queryKey: ["readiness"],
    queryFn: ({ signal }) => readReadiness(signal),
    refetchInterval: 15_000,
  });
  return (
    <Card
      title={t("settings.system")}
      actions={
        state.data && (
          <Badge tone={state.data.ready ? "succeeded" : "failed"}>
            {state.data.ready ? t("settings.ready") : t("settings.notReady")}
          </Badge>
        )
      }
    >
      {state.isError && <ErrorNote error={state.error} />}
      {state.isPending && <SkeletonLines lines={4} />}
      {state.data && <DataList items={Object.entries(state.data.parts).map(([label, value]) => ({ label, value }))} />}
    </Card>
  );
}
