import type { Language } from "@/i18n/language";

export interface Format {
  number: (value: number) => string;
  /** 12.3k, 4.1M. */
  compact: (value: number) => string;
  percent: (share: number) => string;
  /** US dollars, with the digits that small prices need. */
  cost: (usd: number) => string;
  bytes: (size: number) => string;
  /** 340 ms, 12.4 s, 3 min 20 s. */
  duration: (seconds: number) => string;
  /** The exact date and time. */
  dateTime: (at: string | number | Date) => string;
  date: (at: string | number | Date) => string;
  time: (at: string | number | Date) => string;
  /** 5 minutes ago; what is less than one is now. */
  relative: (at: string | number | Date, now?: number) => string;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Returns the formats of a language. */
export function formatter(language: Language): Format {
  const locale = language === "zh" ? "zh-CN" : "en";
  const number = new Intl.NumberFormat(locale);
  const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  const cost = (usd: number): string => {
    const digits = usd === 0 || usd >= 1 ? 2 : Math.min(6, 2 + Math.ceil(-Math.log10(usd)));
    return new Intl.NumberFormat(locale, {
      style: "currency",
      currency: "USD",
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    }).format(usd);
  };
  const bytes = (size: number): string => {
    const power = size < 1 ? 0 : Math.min(Math.floor(Math.log(size) / Math.log(1000)), BYTE_UNITS.length - 1);
    return new Intl.NumberFormat(locale, {
      style: "unit",
      unit: BYTE_UNITS[power] ?? "byte",
      unitDisplay: power === 0 ? "long" : "short",
      maximumFractionDigits: 1,
    }).format(size / 1000 ** power);
  };
  const duration = (seconds: number): string => {
    if (seconds < 1) return `${number.format(Math.round(seconds * 1000))} ms`;
    if (seconds < 60) return `${oneDigit.format(seconds)} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${number.format(minutes)} min ${number.format(Math.round(seconds % 60))} s`;
    return `${number.format(Math.floor(minutes / 60))} h ${number.format(minutes % 60)} min`;
  };
  return {
    number: number.format.bind(number),
    compact: compact.format.bind(compact),
    percent: percent.format.bind(percent),
    cost,
    bytes,
    duration,
    dateTime: (at) => dateTime.format(new Date(at)),
    date: (at) => date.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    relative: (at, now = Date.now()) => {
      const seconds = (new Date(at).getTime() - now) / 1000;
      for (const [unit, size] of UNITS) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      }
      return relative.format(0, "second");
    },
  };
}
