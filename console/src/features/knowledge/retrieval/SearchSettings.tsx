import type { CSSProperties } from "react";
import { Field, FieldStack, Input, SegmentedControl } from "@/design";
import { useI18n } from "@/i18n";
import { ModelPicker } from "../shared/ModelPicker";
import { PassageSettings } from "./PassageSettings";
import { FUSIONS, MODES, NO_MODEL, type SearchDraft, type SearchFaults } from "./settings";
import styles from "./Retrieval.module.css";

interface SearchSettingsProps {
  draft: SearchDraft;
  onChange: (draft: SearchDraft) => void;
  faults: SearchFaults;
  /** Another service decides how is searched. */
  isExternal: boolean;
}

/** How is searched. */
export function SearchSettings({ draft, onChange, faults, isExternal }: SearchSettingsProps) {
  const { t } = useI18n();
  const set = (to: Partial<SearchDraft>) => onChange({ ...draft, ...to });
  return (
    <FieldStack>
      {isExternal ? <p className={styles["hint"]}>{t("external.settingsHint")}</p> : <Ways draft={draft} set={set} />}
      <div className={styles["two"]}>
        <Field label={t("knowledge.topK")} error={faults.topK ? t("knowledge.topKFault") : undefined}>
          <Input inputMode="numeric" value={draft.topK} onChange={(event) => set({ topK: event.target.value })} />
        </Field>
        <Field label={t("knowledge.threshold")} error={faults.threshold ? t("knowledge.thresholdFault") : undefined}>
          <Input
            inputMode="decimal"
            placeholder={t("knowledge.none")}
            value={draft.threshold}
            onChange={(event) => set({ threshold: event.target.value })}
          />
        </Field>
      </div>
      <Field label={t("knowledge.rerankModel")}>
        <ModelPicker
          kind="rerank"
          label={t("knowledge.rerankModel")}
          value={draft.rerankModel}
          onChange={(rerankModel) => set({ rerankModel })}
          first={{ value: NO_MODEL, label: t("knowledge.none"), description: t("knowledge.rerankNoneHint") }}
        />
      </Field>
      <PassageSettings draft={draft} set={set} faults={faults} />
    </FieldStack>
  );
}

/** By meaning, by words or both, and what counts how much. */
function Ways({ draft, set }: { draft: SearchDraft; set: (to: Partial<SearchDraft>) => void }) {
  const { t, format } = useI18n();
  const isHybrid = draft.mode === "hybrid";
  return (
    <>
      <div className={styles["mode"]}>
        <SegmentedControl
          label={t("knowledge.mode")}
          value={draft.mode}
          onChange={(mode) => set({ mode })}
          options={MODES.map((mode) => ({ value: mode, label: t(`knowledge.mode_${mode}`) }))}
        />
        <p className={styles["hint"]}>{t(isHybrid && draft.fusion === "ranks" ? "knowledge.modeHint_ranks" : `knowledge.modeHint_${draft.mode}`)}</p>
      </div>
      {isHybrid && (
        <div className={styles["mode"]}>
          <SegmentedControl
            label={t("knowledge.fusion")}
            value={draft.fusion}
            onChange={(fusion) => set({ fusion })}
            options={FUSIONS.map((fusion) => ({ value: fusion, label: t(`knowledge.fusion_${fusion}`) }))}
          />
        </div>
      )}
      <Field
        label={t("knowledge.vectorWeight")}
        action={<span className={styles["weight"]}>{format.percent(draft.vectorWeight)}</span>}
      >
        <WeightInput
          isDisabled={!isHybrid || draft.fusion === "ranks"}
          value={draft.vectorWeight}
          onChange={(vectorWeight) => set({ vectorWeight })}
        />
      </Field>
    </>
  );
}

function WeightInput({ value, onChange, isDisabled }: { value: number; onChange: (value: number) => void; isDisabled: boolean }) {
  return (
    <Input
      type="range"
      className={styles["range"]}
      style={{ "--share": `${value * 100}%` } as CSSProperties}
      min={0}
      max={1}
      step={0.05}
      value={value}
      disabled={isDisabled}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  );
}
