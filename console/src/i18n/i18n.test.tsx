import { readdirSync } from "node:fs";
import { join } from "node:path";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { en } from "@/i18n/en";
import { zh } from "@/i18n/zh";
import { I18nProvider, Text } from "@/i18n";
import { formatter } from "@/i18n/format";
import type { Message } from "@/i18n/messages";
import { translator } from "@/i18n/translate";

const FOLDER = join(process.cwd(), "src/i18n");
const LANGUAGES = { en, zh };

function entries(messages: typeof en | typeof zh): [key: string, message: Message][] {
  return Object.entries(messages).flatMap(([feature, texts]) =>
    Object.entries<Message>(texts).map(([key, message]): [string, Message] => [`${feature}.${key}`, message]),
  );
}

function forms(message: Message): string[] {
  return typeof message === "string" ? [message] : Object.values<string>({ ...message });
}

function places(message: Message): string[] {
  const found = forms(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""));
  return [...new Set(found)].sort();
}

describe("languages", () => {
  it("have the same files", () => {
    expect(readdirSync(join(FOLDER, "zh")).sort()).toEqual(readdirSync(join(FOLDER, "en")).sort());
  });

  it("use every file", () => {
    const files = readdirSync(join(FOLDER, "en")).filter((name) => name !== "index.ts");
    expect(Object.keys(en).sort()).toEqual(files.map((name) => name.replace(".ts", "")).sort());
  });

  it("have the same keys", () => {
    expect(entries(zh).map(([key]) => key).sort()).toEqual(entries(en).map(([key]) => key).sort());
  });

  it("have the same places in each text", () => {
    const english = new Map(entries(en).map(([key, message]) => [key, places(message)]));
    const differing = entries(zh).filter(([key, message]) => {
      const plural = typeof message !== "string" ? ["count"] : [];
      const wanted = new Set([...(english.get(key) ?? []), ...plural]);
      return places(message).some((place) => !wanted.has(place)) || [...(english.get(key) ?? [])].some((place) => place !== "count" && !places(message).includes(place));
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it.each(Object.entries(LANGUAGES))("leave no text empty: %s", (_, messages) => {
    const empty = entries(messages).filter(([, message]) => forms(message).some((text) => text.trim() === ""));
    expect(empty.map(([key]) => key)).toEqual([]);
  });

  it("translate what is not a name", () => {
    const same = entries(zh).filter(([key, message]) => {
      const english = entries(en).find(([other]) => other === key)?.[1];
      return JSON.stringify(english) === JSON.stringify(message) && forms(message).some((text) => /[a-z]{4,} [a-z]{3,}/i.test(text));
    });
    expect(same.map(([key]) => key)).toEqual([]);
  });
});

describe("translate", () => {
  it("fills places and chooses the form by the count", () => {
    const t = translator(en, "en");

    expect(t("apps.deleteTitle", { name: "A {name}" })).toBe("Delete A {name}?");
    expect(t("keys.expiresDays", { count: 1 })).toBe("In 1 day");
    expect(t("keys.expiresDays", { count: 1200 })).toBe("In 1,200 days");
    expect(translator(zh, "zh")("keys.expiresDays", { count: 1 })).toBe("1 天后");
  });

  it("puts elements into places", () => {
    render(
      <I18nProvider language="en" messages={en}>
        <Text k="setup.tokenHint" values={{ command: <code>skep up</code>, file: <em>here</em> }} />
      </I18nProvider>,
    );

    expect(screen.getByText("skep up").tagName).toBe("CODE");
    expect(document.body.textContent).toBe("skep up prints it when Skep starts, and keeps it in here.");
  });
});

describe("formats", () => {
  const format = formatter("en");
  const now = Date.parse("2026-03-10T12:00:00Z");

  it.each([
    ["2026-03-10T11:59:30Z", "now"],
    ["2026-03-10T11:55:00Z", "5 minutes ago"],
    ["2026-03-09T11:00:00Z", "yesterday"],
    ["2026-03-12T12:00:01Z", "in 2 days"],
    ["2024-03-10T12:00:00Z", "2 years ago"],
  ])("tells how long ago %s is", (at, text) => {
    expect(format.relative(at, now)).toBe(text);
  });

  it.each([
    [0.34, "340 ms"],
    [12.34, "12.3 s"],
    [200, "3 min 20 s"],
    [7260, "2 h 1 min"],
  ])("writes %d seconds", (seconds, text) => {
    expect(format.duration(seconds)).toBe(text);
  });

  it("writes sizes, costs and counts", () => {
    expect(format.bytes(0)).toBe("0 bytes");
    expect(format.bytes(15_300_000)).toBe("15.3 MB");
    expect(format.cost(0.00042)).toBe("$0.00042");
    expect(format.cost(12)).toBe("$12.00");
    expect(format.compact(12_300)).toBe("12.3K");
    expect(formatter("zh").relative("2026-03-10T11:55:00Z", now)).toBe("5分钟前");
  });
});
