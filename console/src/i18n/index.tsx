import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { formatter, type Format } from "@/i18n/format";
import { keepLanguage, loadMessages, type Language } from "@/i18n/language";
import type { MessageKey, Messages, Parameters } from "@/i18n/messages";
import { template, translator, type Translate } from "@/i18n/translate";

export { LANGUAGES, loadMessages, preferredLanguage, type Language } from "@/i18n/language";
export type { MessageKey, PlainKey } from "@/i18n/messages";
export type { Translate } from "@/i18n/translate";

interface Spoken {
  language: Language;
  messages: Messages;
  t: Translate;
  format: Format;
  speak: (language: Language) => Promise<void>;
}

const Context = createContext<Spoken | null>(null);

export function I18nProvider(props: { language: Language; messages: Messages; children: ReactNode }) {
  const [spoken, setSpoken] = useState({ language: props.language, messages: props.messages });
  useEffect(() => {
    document.documentElement.lang = spoken.language === "zh" ? "zh-CN" : "en";
  }, [spoken.language]);
  const speak = useCallback(async (language: Language) => {
    keepLanguage(language);
    const messages = await loadMessages(language);
    setSpoken({ language, messages });
  }, []);
  const value = useMemo<Spoken>(
    () => ({
      ...spoken,
      t: translator(spoken.messages, spoken.language),
      format: formatter(spoken.language),
      speak,
    }),
    [spoken, speak],
  );
  return <Context value={value}>{props.children}</Context>;
}

/** The texts and formats of the language in use: `const { t, format } = useI18n()`. */
export function useI18n(): Spoken {
  const spoken = use(Context);
  if (!spoken) throw new Error("useI18n is used outside of I18nProvider");
  return spoken;
}

/** A text with elements in its places: `<Text k="setup.token.hint" values={{ command: <code>skep up</code> }} />`. */
export function Text<Key extends MessageKey>({
  k,
  values,
}: {
  k: Key;
  values: Parameters<Key, ReactNode> extends [infer V] ? V : Record<string, never>;
}) {
  const { messages, language } = useI18n();
  const given = values as Record<string, ReactNode>;
  const count = given["count"];
  const text = template(messages, language, k, typeof count === "number" ? count : undefined);
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : <span key={part}>{given[part]}</span>));
}
