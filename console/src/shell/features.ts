import type { Feature } from "@/shell/feature";

const modules = import.meta.glob<Feature>("../features/*/feature.tsx", { eager: true, import: "feature" });

/** Every feature there is: a folder with a `feature.tsx`. */
export const features: readonly Feature[] = Object.values(modules);

/** The tabs of an app. */
export const appPages = features.flatMap((feature) => feature.appPages ?? []).sort((one, other) => one.order - other.order);

const GROUPS = ["build", "operate", "manage"] as const;

/** The navigation, by group and in order. */
export const navigation = GROUPS.map((group) => ({
  group,
  items: features
    .flatMap((feature) => feature.navigation ?? [])
    .filter((item) => item.group === group)
    .sort((one, other) => one.order - other.order),
})).filter(({ items }) => items.length > 0);
