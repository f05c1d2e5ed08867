import { Field, FieldStack, Input, SegmentedControl, Select, Textarea } from "@/design";
import { useFieldProps } from "@/design/form/Field";
import type { App } from "@/features/apps";
import { LANGUAGES, useI18n } from "@/i18n";
import type { SiteLook } from "./api";
import styles from "./Sharing.module.css";

interface LookFormProps {
  app: App;
  look: SiteLook;
  onChange: (look: SiteLook) => void;
  isReadOnly: boolean;
  fault: (place: string) => string | undefined;
}

const MOST_SUGGESTIONS = 6;

/** What an app's page says, and how it looks. */
export function LookForm({ app, look, onChange, isReadOnly, fault }: LookFormProps) {
  const { t } = useI18n();
  const set = (change: Partial<SiteLook>) => onChange({ ...look, ...change });
  const isChat = app.mode === "chat";
  return (
    <fieldset disabled={isReadOnly} className={styles["fieldset"]}>
      <FieldStack>
        <Field label={t("sharing.pageTitle")} error={fault("title")}>
          <Input value={look.title ?? ""} maxLength={120} placeholder={app.name} onChange={(event) => set({ title: event.target.value })} />
        </Field>
        <Field label={t("sharing.greeting")} hint={t("sharing.markdown")} error={fault("greeting")}>
          <Textarea
            rows={3}
            value={look.greeting ?? ""}
            maxLength={2000}
            placeholder={isChat ? t("sharing.greetingExample") : app.description}
            onChange={(event) => set({ greeting: event.target.value })}
          />
        </Field>
        {isChat && (
          <Field label={t("sharing.suggestions")} hint={t("sharing.suggestionsHint", { count: MOST_SUGGESTIONS })} error={fault("suggestions")}>
            <Suggestions value={look.suggestions ?? []} onChange={(suggestions) => set({ suggestions })} />
          </Field>
        )}
        <Field label={t("sharing.disclaimer")} isOptional error={fault("disclaimer")}>
          <Input value={look.disclaimer ?? ""} maxLength={500} placeholder={t("sharing.disclaimerExample")} onChange={(event) => set({ disclaimer: event.target.value })} />
        </Field>
        <div className={styles["row"]}>
          <Field label={t("sharing.color")} error={fault("color")}>
            <ColorInput value={look.color ?? "#b45309"} onChange={(color) => set({ color })} />
          </Field>
          <Field label={t("settings.theme")}>
            <SegmentedControl
              label={t("settings.theme")}
              value={look.theme ?? "auto"}
              onChange={(theme) => set({ theme })}
              options={[
                { value: "auto", label: t("shell.system") },
                { value: "light", label: t("shell.light") },
                { value: "dark", label: t("shell.dark") },
              ]}
            />
          </Field>
          <Field label={t("settings.language")}>
            <Select
              value={look.language ?? "auto"}
              isDisabled={isReadOnly}
              onChange={(language) => set({ language })}
              options={[{ value: "auto" as const, label: t("sharing.visitors") }, ...(["en", "zh"] as const).map((code) => ({ value: code, label: LANGUAGES[code] }))]}
            />
          </Field>
        </div>
      </FieldStack>
    </fieldset>
  );
}

function ColorInput({ value, onChange }: { value: string; onChange: (color: string) => void }) {
  const control = useFieldProps();
  return <input {...control} type="color" className={styles["color"]} value={value} onChange={(event) => onChange(event.target.value.toLowerCase())} />;
}

/** One suggestion a line. Lines are kept as they are typed; empty ones are left out of what is saved. */
function Suggestions({ value, onChange }: { value: readonly string[]; onChange: (lines: string[]) => void }) {
  const { t } = useI18n();
  return (
    <Textarea
      rows={3}
      defaultValue={value.join("\n")}
      placeholder={t("sharing.suggestionsExample")}
      onChange={(event) => {
        const lines = event.target.value.split("\n").map((line) => line.trim().slice(0, 200));
        onChange(lines.filter((line) => line !== "").slice(0, MOST_SUGGESTIONS));
      }}
    />
  );
}
