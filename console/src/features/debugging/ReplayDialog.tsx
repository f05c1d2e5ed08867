import { useState } from "react";
import { Button, ChoiceCards, Dialog, ErrorNote, Field, FieldStack } from "@/design";
import type { RunFacts } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useReplay } from "./api";
import { PlacePicker } from "./PlacePicker";
import { usePlaces } from "./use-places";
import { VersionPicker } from "./VersionPicker";

interface ReplayDialogProps {
  runId: string;
  facts: RunFacts;
  onClose: () => void;
  onMade: (runId: string) => void;
}

/** Tries another version, the draft before all, on what was recorded. */
export function ReplayDialog({ runId, facts, onClose, onMade }: ReplayDialogProps) {
  const { t } = useI18n();
  const replay = useReplay(runId);
  const [version, setVersion] = useState("draft");
  const [changed, setChanged] = useState<"live" | "stub">("live");
  const [live, setLive] = useState<string[]>([]);
  const places = usePlaces(undefined, facts);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("debugging.replayTitle")}
      description={t("debugging.replayHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button
            variant="primary"
            isBusy={replay.isPending}
            onClick={() => replay.mutate({ version, changed, live }, { onSuccess: onMade })}
          >
            {t("debugging.replay")}
          </Button>
        </>
      }
    >
      <FieldStack>
        <VersionPicker app={facts.appId} value={version} onChange={setVersion} />
        <ChoiceCards
          label={t("debugging.changedEffects")}
          value={changed}
          onChange={setChanged}
          choices={[
            { value: "live", title: t("debugging.changedLive"), description: t("debugging.changedLiveHint") },
            { value: "stub", title: t("debugging.changedStub"), description: t("debugging.changedStubHint") },
          ]}
        />
        <Field label={t("debugging.live")} hint={t("debugging.liveHint")} isOptional>
          <PlacePicker chosen={live} onChange={setLive} places={places} />
        </Field>
        {replay.error && <ErrorNote error={replay.error} />}
      </FieldStack>
    </Dialog>
  );
}
