import { useState } from "react";
import { SegmentedControl, useDocumentTitle } from "@/design";
import { useI18n } from "@/i18n";
import styles from "./Design.module.css";
import { ButtonSamples } from "./samples/ButtonSamples";
import { DataSamples } from "./samples/DataSamples";
import { DisplaySamples } from "./samples/DisplaySamples";
import { FeedbackSamples } from "./samples/FeedbackSamples";
import { FormSamples } from "./samples/FormSamples";
import { OverlaySamples } from "./samples/OverlaySamples";
import { TokenSamples } from "./samples/TokenSamples";

const THEMES = ["both", "light", "dark"] as const;

/** Every component in both themes. Its samples are English: they are material, not texts of the console. */
export function Component() {
  const { t } = useI18n();
  const [shown, setShown] = useState<(typeof THEMES)[number]>("both");
  useDocumentTitle(t("design.title"));
  const themes = shown === "both" ? (["light", "dark"] as const) : ([shown] as const);
  return (
    <main className={styles["page"]}>
      <header className={styles["head"]}>
        <h1>{t("design.title")}</h1>
        <SegmentedControl
          label={t("shell.theme")}
          value={shown}
          onChange={setShown}
          options={THEMES.map((theme) => ({
            value: theme,
            label: theme === "both" ? `${t("shell.light")} + ${t("shell.dark")}` : t(`shell.${theme}`),
          }))}
        />
      </header>
      <div className={styles["themes"]}>
        {themes.map((theme) => (
          <div key={theme} data-theme={theme} className={styles["theme"]}>
            <TokenSamples />
            <ButtonSamples />
            <FormSamples />
            <DisplaySamples />
            <FeedbackSamples />
            <DataSamples />
            <OverlaySamples />
          </div>
        ))}
      </div>
    </main>
  );
}
