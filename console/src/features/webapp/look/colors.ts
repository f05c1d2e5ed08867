type Rgb = readonly [number, number, number];

const parse = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const write = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

export function isColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** Mixes `share` of one colour into another. */
export function mix(color: string, other: string, share: number): string {
  const to = parse(other);
  return write(parse(color).map((part, at) => part + ((to[at] ?? part) - part) * share) as unknown as Rgb);
}

function luminance(color: string): number {
  const [red, green, blue] = parse(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How far two colours are apart, from 1 to 21, as WCAG 2 counts. */
export function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** Black or white, whichever is read more easily on a colour: 4.58 to 1 at least, whatever it is. */
export function textOn(color: string): string {
  return contrast(color, "#ffffff") >= contrast(color, "#000000") ? "#ffffff" : "#000000";
}

/** The colour nearest to `color`, lighter or darker, that stands out enough from all of `grounds`. */
export function readable(color: string, grounds: readonly string[], least: number): string {
  const away = luminance(grounds[0] ?? "#ffffff") > 0.4 ? "#000000" : "#ffffff";
  for (let share = 0; share < 1; share += 0.04) {
    const tried = mix(color, away, share);
    if (grounds.every((ground) => contrast(tried, ground) >= least)) return tried;
  }
  return away;
}

/** As in `tokens.css`. */
const GROUNDS = { light: ["#ffffff", "#f1f3f6"], dark: ["#101419", "#171c23", "#0a0d11"] } as const;

/** The tokens of the design that follow from a page's colour. */
export function accentTokens(color: string, theme: "light" | "dark"): Record<string, string> {
  const grounds = GROUNDS[theme];
  const accent = isColor(color) ? color.toLowerCase() : "#b45309";
  const soft = mix(grounds[0], accent, theme === "light" ? 0.09 : 0.16);
  const on = textOn(accent);
  return {
    "--accent": accent,
    "--accent-hover": mix(accent, on, 0.1),
    "--accent-active": mix(accent, on, 0.16),
    "--on-accent": on,
    "--accent-soft": soft,
    "--accent-text": readable(accent, [...grounds, soft], 4.6),
    "--accent-border": readable(accent, grounds, 3),
    "--bg-selected": soft,
    "--focus": readable(accent, grounds, 3),
  };
}
