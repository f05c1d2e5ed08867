import type { Language } from "@/i18n/language";
import type { Message, MessageKey, Messages, Parameters } from "@/i18n/messages";

export type Translate = <Key extends MessageKey>(key: Key, ...values: Parameters<Key, string | number>) => string;

/** Returns the template of a message: the right form when it depends on a count. */
export function template(messages: Messages, language: Language, key: MessageKey, count?: number): string {
  const dot = key.indexOf(".");
  const feature = messages[key.slice(0, dot) as keyof Messages] as Record<string, Message> | undefined;
  const message = feature?.[key.slice(dot + 1)];
  if (message === undefined) return key;
  if (typeof message === "string") return message;
  const form = new Intl.PluralRules(language).select(count ?? 0);
  return (form === "one" ? message.one : undefined) ?? message.other;
}

/** Returns the function that gives texts of one language. */
export function translator(messages: Messages, language: Language): Translate {
  const numbers = new Intl.NumberFormat(language);
  return (key, ...[values]) => {
    const given: Record<string, string | number> = values ?? {};
    const count = given["count"];
    return template(messages, language, key, typeof count === "number" ? count : undefined).replace(
      /\{(\w+)\}/g,
      (place, name: string) => {
        const value = given[name];
        if (value === undefined) return place;
        return typeof value === "number" ? numbers.format(value) : value;
      },
    );
  };
}
