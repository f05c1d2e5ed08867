import type { en } from "@/i18n/en";

/** A message that depends on `count`. Chinese has one form only, which is `other`. */
export interface Plural {
  one?: string;
  other: string;
}
export type Message = string | Plural;

type English = typeof en;
/** `"apps.title"`: a file of `i18n/en`, and a key in it. */
export type MessageKey = { [F in keyof English]: `${F & string}.${keyof English[F] & string}` }[keyof English];

/** What every language provides. */
export type Messages = { [F in keyof English]: { [K in keyof English[F]]: Message } };

type At<Key extends MessageKey> = Key extends `${infer F}.${infer K}`
  ? F extends keyof English
    ? K extends keyof English[F]
      ? English[F][K]
      : never
    : never
  : never;
type Text<M> = M extends string ? M : M extends { other: infer O } ? O : never;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Counted<M> = M extends string ? never : "count";

/** The names that a message has places for. */
export type ParameterOf<Key extends MessageKey> = Names<Text<At<Key>>> | Counted<At<Key>>;

export type Parameters<Key extends MessageKey, Value> = [ParameterOf<Key>] extends [never]
  ? []
  : [values: Record<ParameterOf<Key>, Value>];

/** The keys of texts without places: what a variable may hold. */
export type PlainKey = { [Key in MessageKey]: [ParameterOf<Key>] extends [never] ? Key : never }[MessageKey];
