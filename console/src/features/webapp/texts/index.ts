import { preferredLanguage, type Language } from "@/i18n";
import type { Messages } from "@/i18n/messages";
import type { SiteLook } from "../api/types";

/** The language of a page: what its owner chose, else what the visitor's browser prefers. */
export function languageOf(look: Pick<SiteLook, "language"> | undefined): Language {
  return look?.language === "en" || look?.language === "zh" ? look.language : preferredLanguage();
}

/** Loads the texts of the page and of the forms in it, and none of the console's. */
export async function loadTexts(language: Language): Promise<Messages> {
  const { texts } = language === "zh" ? await import("./zh") : await import("./en");
  return texts as unknown as Messages;
}
