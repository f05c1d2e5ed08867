import { useCallback } from "react";
import { useI18n, type PlainKey } from "@/i18n";

const LABELS: Record<string, PlainKey> = {
  api: "runs.viaApi",
  console: "runs.viaConsole",
  cli: "runs.viaCli",
  service_api: "runs.viaServiceApi",
  openai: "runs.viaOpenai",
  mcp: "runs.viaMcp",
  site: "runs.viaSite",
  trigger: "runs.viaTrigger",
  run: "runs.viaRun",
};

/** Through what a run was started, in words. */
export function useViaLabel(): (via: string) => string {
  const { t } = useI18n();
  return useCallback((via) => (LABELS[via] ? t(LABELS[via]) : via), [t]);
}
