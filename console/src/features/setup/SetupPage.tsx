import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { api, call } from "@/api/client";
import { ButtonLink, EmptyState, ErrorState, SkeletonLines, useDocumentTitle } from "@/design";
import { useI18n } from "@/i18n";
import { BarePage } from "@/shell/BarePage";
import { useMe } from "@/shell/session";
import { AccountStep } from "./AccountStep";
import { ModelStep } from "./ModelStep";
import styles from "./Setup.module.css";
import { TemplateStep } from "./TemplateStep";

type Step = "account" | "model" | "template";
const STEPS: readonly Step[] = ["account", "model", "template"];

/** First run: an account, a model, an app that works. */
export function Component() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const [reached, setReached] = useState<Step | null>(null);
  const me = useMe();
  const setup = useQuery({ queryKey: ["setup"], queryFn: ({ signal }) => call(api.GET("/api/v1/setup", { signal })) });
  useDocumentTitle(t("setup.welcome"));

  if (setup.isError) return <ErrorState error={setup.error} onRetry={() => void setup.refetch()} />;
  if (!setup.data || me.isPending) {
    return (
      <BarePage title={t("setup.welcome")}>
        <SkeletonLines lines={6} />
      </BarePage>
    );
  }
  // Whoever comes back to this page signed in goes on where they were.
  const step: Step | null = reached ?? (me.data ? "model" : setup.data.needed ? "account" : null);
  if (step === null) {
    return (
      <BarePage title={t("setup.welcome")}>
        <EmptyState
          icon={CircleCheck}
          title={t("setup.doneAlready")}
          action={
            <ButtonLink variant="primary">
              <Link to="/login">{t("setup.signIn")}</Link>
            </ButtonLink>
          }
        >
          {t("setup.doneAlreadyHint")}
        </EmptyState>
      </BarePage>
    );
  }
  return (
    <BarePage
      isWide={step !== "account"}
      title={step === "account" ? t("setup.welcome") : t(`setup.${step}Title`)}
      description={t(`setup.${step}Hint`)}
    >
      <StepMark step={STEPS.indexOf(step) + 1} />
      {step === "account" && <AccountStep token={tokenIn(hash)} onDone={() => setReached("model")} />}
      {step === "model" && <ModelStep onDone={() => setReached("template")} />}
      {step === "template" && (
        <TemplateStep onDone={(app) => void navigate(app ? `/apps/${app}` : "/apps", { replace: true })} />
      )}
    </BarePage>
  );
}

/** The token in the address that `skep up` prints: behind the #, so that it is never sent or logged. */
function tokenIn(hash: string): string {
  return new URLSearchParams(hash.slice(1)).get("token") ?? "";
}

function StepMark({ step }: { step: number }) {
  const { t } = useI18n();
  return (
    <div className={styles["steps"]} role="img" aria-label={t("setup.step", { step, steps: STEPS.length })}>
      {STEPS.map((name, index) => (
        <span key={name} className={index < step ? styles["reached"] : undefined} />
      ))}
    </div>
  );
}
