import { useI18n } from "@/i18n";

/** Hours between two syncs that are offered; 0 for those that somebody asks for. */
export const HOURS = [0, 1, 24, 168] as const;

/** Says how often something is synced. */
export function useEvery() {
  const { t, format } = useI18n();
  return (hours: number): string => {
    const known = HOURS.find((each) => each === hours);
    return known === undefined ? t("sources.everyOther", { count: format.number(hours) }) : t(`sources.every_${known}`);
  };
}
