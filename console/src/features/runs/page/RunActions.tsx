import { CirclePause, CirclePlay, GitCompareArrows, GitFork, MoreHorizontal, RotateCcw, ShieldCheck, Square } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Button, ConfirmDialog, IconButton, Menu, useToasts } from "@/design";
import { CompareDialog, ForkDialog, ReplayDialog, VerificationDialog } from "@/features/debugging";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useRunCommand } from "../api";
import { HOLD, isEnded, type RunModel } from "../model";
import type { RunFacts } from "./use-run-facts";

type Open = "cancel" | "fork" | "replay" | "compare" | "verify" | null;

export function RunActions({ runId, run, facts }: { runId: string; run: RunModel; facts: RunFacts }) {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>(null);
  const command = useRunCommand(runId);
  const { fail } = useToasts();
  if (!may("runs:write") || run.status === "queued") return null;
  const close = () => setOpen(null);
  const go = (made: string) => void navigate(`/runs/${made}`);
  const isHeld = run.waits.has(HOLD);
  const order = (what: "pauses" | "resumptions") => command.mutate(what, { onError: fail });
  return (
    <>
      {isHeld && (
        <Button icon={CirclePlay} variant="primary" size="small" isBusy={command.isPending} onClick={() => order("resumptions")}>
          {t("runs.resume")}
        </Button>
      )}
      {run.status === "running" && (
        <Button icon={CirclePause} size="small" isBusy={command.isPending} onClick={() => order("pauses")}>
          {t("runs.pause")}
        </Button>
      )}
      {!isEnded(run.status) && (
        <Button icon={Square} size="small" onClick={() => setOpen("cancel")}>
          {t("runs.cancel")}
        </Button>
      )}
      <Button icon={GitFork} size="small" onClick={() => setOpen("fork")}>
        {t("debugging.fork")}
      </Button>
      <Button icon={RotateCcw} size="small" onClick={() => setOpen("replay")}>
        {t("debugging.replay")}
      </Button>
      <Menu
        trigger={<IconButton icon={MoreHorizontal} size="small" label={t("actions.more")} />}
        items={[
          { label: t("debugging.compareWith"), icon: GitCompareArrows, onSelect: () => setOpen("compare") },
          { label: t("debugging.verify"), icon: ShieldCheck, onSelect: () => setOpen("verify") },
        ]}
      />
      <ConfirmDialog
        isOpen={open === "cancel"}
        onOpenChange={close}
        title={t("runs.cancelTitle")}
        confirmLabel={t("runs.cancelConfirm")}
        isDangerous
        onConfirm={() => command.mutateAsync("cancellations")}
      >
        {t("runs.cancelHint")}
      </ConfirmDialog>
      {open === "fork" && <ForkDialog runId={runId} run={run} facts={facts} onClose={close} onMade={go} />}
      {open === "replay" && <ReplayDialog runId={runId} facts={facts} onClose={close} onMade={go} />}
      {open === "compare" && <CompareDialog runId={runId} run={run} onClose={close} />}
      {open === "verify" && <VerificationDialog runId={runId} onClose={close} />}
    </>
  );
}
