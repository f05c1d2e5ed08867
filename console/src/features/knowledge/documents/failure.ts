import type { PlainKey } from "@/i18n";

const ADVICE: Record<string, PlainKey> = {
  ...all("documents.adviceFormat", "unsupported_format old_office_format"),
  ...all("documents.adviceReplace", "no_text document_damaged document_encrypted document_empty document_hostile document_too_deep empty_file file_missing"),
  ...all("documents.adviceReplace", "not_text not_a_pdf not_an_office_document not_an_epub not_an_email not_json not_xml not_a_notebook no_subtitles"),
  ...all("documents.adviceNoText", "document_has_no_text"),
  ...all("documents.advicePictures", "pictures_not_read"),
  ...all("documents.adviceSplit", "too_many_pictures picture_too_full picture_too_large too_much_text too_many_chunks too_large document_too_large parser_timed_out parser_out_of_memory"),
  ...all("documents.adviceParser", "parser_failed parser_killed parser_crashed chunker_failed"),
  ...all("documents.adviceInstall", "unknown_chunker unknown_store store_failed confinement_missing"),
  ...all("documents.adviceBudget", "budget_exhausted"),
  ...all("documents.adviceModel", "unauthenticated forbidden provider_failed dimensions_changed unknown_model unknown_provider no_credential"),
};

function all(advice: PlainKey, codes: string): Record<string, PlainKey> {
  return Object.fromEntries(codes.split(" ").map((code) => [code, advice]));
}

/** What to do about a document that failed for this reason. */
export function adviceFor(code: string | null): PlainKey {
  return code !== null && Object.hasOwn(ADVICE, code) ? (ADVICE[code] ?? "documents.adviceRetry") : "documents.adviceRetry";
}

const FOR_THE_FILE: ReadonlySet<PlainKey> = new Set<PlainKey>([
  "documents.adviceFormat",
  "documents.adviceReplace",
  "documents.adviceSplit",
]);

/** Whether trying again alone may help: not when it is the file that must change. */
export function isWorthRetrying(code: string | null): boolean {
  return !FOR_THE_FILE.has(adviceFor(code));
}
