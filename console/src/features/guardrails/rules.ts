import type { Kind, Rule } from "./api";

const LONGEST = 50;

/** Returns a rule to begin with. */
export function newRule(kind: Kind | undefined): Rule {
  return { id: "", name: "", guardrail: kind?.name ?? "", settings: {}, sides: ["input"], action: "block", apps: [], is_on: true };
}

/** Returns an id from a name, which events and logs tell; no other rule has it. */
export function idFor(name: string, taken: readonly string[]): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, LONGEST);
  const wanted = words || "rule";
  let id = wanted;
  for (let number = 2; taken.includes(id); number += 1) id = `${wanted}-${number}`;
  return id;
}

/** Puts a rule in the place of the one with its id, or at the end. */
export function withRule(rules: readonly Rule[], rule: Rule): Rule[] {
  if (rule.id) return rules.map((one) => (one.id === rule.id ? rule : one));
  return [...rules, { ...rule, id: idFor(rule.name, rules.map((one) => one.id)) }];
}

/** Lets a rule look earlier (-1) or later (1). */
export function moved(rules: readonly Rule[], id: string, by: -1 | 1): Rule[] {
  const from = rules.findIndex((one) => one.id === id);
  const to = from + by;
  const rule = rules[from];
  if (!rule || to < 0 || to >= rules.length) return [...rules];
  const others = rules.filter((one) => one.id !== id);
  return [...others.slice(0, to), rule, ...others.slice(to)];
}
