import { useI18n } from "@/i18n";
import type { Span } from "./span";

/** What a chart calls the hours or days of a span: on its axis, and in full. */
export function useSpanLabels(span: Span): { categories: string[]; longCategories: string[] } {
  const { language } = useI18n();
  const locale = language === "zh" ? "zh-CN" : "en";
  const isHours = span.bucket === "hour";
  const short = new Intl.DateTimeFormat(locale, isHours ? { hour: "2-digit", minute: "2-digit", hour12: false } : { month: "short", day: "numeric" });
  const long = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    month: "short",
    day: "numeric",
    ...(isHours ? { hour: "2-digit", minute: "2-digit", hour12: false } : {}),
  });
  return {
    categories: span.beginnings.map((at) => short.format(at)),
    longCategories: span.beginnings.map((at) => long.format(at)),
  };
}
