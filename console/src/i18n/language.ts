import type { Messages } from "@/i18n/messages";

export const LANGUAGES = { en: "English", zh: "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

const STORAGE_KEY = "skep.language";

function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && value in LANGUAGES;
}

/** The language chosen before, else the first of the browser's that we speak, else English. */
export function preferredLanguage(): Language {
  try {
    const chosen = localStorage.getItem(STORAGE_KEY);
    if (isLanguage(chosen)) return chosen;
  } catch {
    // Storage can be switched off; the browser's preference stands then.
  }
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // It holds until the page is closed.
  }
}

/** Loads the texts of one language; each is a bundle of its own. */
export async function loadMessages(language: Language): Promise<Messages> {
  if (language === "zh") return (await import("@/i18n/zh")).zh;
  return (await import("@/i18n/en")).en;
}
