import { Button, Callout, Dialog, ErrorNote, SkeletonLines } from "@/design";
import { useI18n } from "@/i18n";
import { useVerification } from "./api";
import styles from "./Debugging.module.css";

/** Holds a run's log against the rules that every log keeps. */
export function VerificationDialog({ runId, onClose }: { runId: string; onClose: () => void }) {
  const { t } = useI18n();
  const { data, error } = useVerification(runId);
  const faults = data?.faults ?? [];
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("debugging.verifyTitle")}
      description={t("debugging.verifyHint")}
      footer={<Button onClick={onClose}>{t("actions.close")}</Button>}
    >
      {error && <ErrorNote error={error} />}
      {!data && !error && <SkeletonLines />}
      {data && faults.length === 0 && (
        <Callout tone="success" title={t("debugging.verified")}>
          {t("debugging.verifiedEvents", { count: data.events })}
        </Callout>
      )}
      {faults.length > 0 && (
        <>
          <Callout tone="danger" title={t("debugging.rulesBroken", { count: faults.length })} />
          <ul className={styles["faults"]}>
            {faults.map((fault) => (
              <li key={`${fault.rule}${fault.number}`}>
                <code>{fault.rule}</code> #{fault.number} {fault.detail}
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
