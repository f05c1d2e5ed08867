import type { Budget } from "./api";

/** From which share on people are warned. */
export const NEAR = 0.8;
export type BudgetState = "open" | "near" | "spent" | "each";

export interface Filling {
  state: BudgetState;
  /** Of the limit, from 0 to 1. */
  spent: number;
  /** What calls under way hold, on top of what is spent. */
  held: number;
}

/** How full a budget is; one whose limit is for each app, key, person or run has no single answer. */
export function fillingOf(budget: Budget): Filling {
  if (budget.spent === null) return { state: "each", spent: 0, held: 0 };
  const share = (amount: number) => (budget.limit > 0 ? amount / budget.limit : 1);
  const spent = Math.min(share(budget.spent), 1);
  const held = Math.min(budget.limit > 0 ? (budget.held ?? 0) / budget.limit : 0, 1 - spent);
  return { state: spent >= 1 ? "spent" : spent >= NEAR ? "near" : "open", spent, held };
}
