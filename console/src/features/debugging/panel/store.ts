import { create } from "zustand";
import type { Values } from "@/features/runs";

export interface Turn {
  runId: string;
  query: string;
}

/** What the run panel of one app's editor holds, as long as the page is open. */
export interface PanelState {
  isOpen: boolean;
  /** The run that the canvas shows. */
  runId: string | undefined;
  turns: readonly Turn[];
  conversationId: string | undefined;
  /** Outputs by node that runs from the panel take as given. */
  pins: Readonly<Record<string, Values>>;
  /** The inputs sent last. */
  inputs: Values;
}

/** Of the form that runs the draft: a key anywhere on the page sends it. */
export const FORM_ID = "run-panel-form";

const CLOSED: PanelState = { isOpen: false, runId: undefined, turns: [], conversationId: undefined, pins: {}, inputs: {} };

interface Panels {
  byApp: Readonly<Record<string, PanelState>>;
}

const usePanels = create<Panels>(() => ({ byApp: {} }));

export function usePanel(app: string): PanelState {
  return usePanels((panels) => panels.byApp[app] ?? CLOSED);
}

export function changePanel(app: string, change: Partial<PanelState> | ((panel: PanelState) => Partial<PanelState>)): void {
  usePanels.setState(({ byApp }) => {
    const panel = byApp[app] ?? CLOSED;
    return { byApp: { ...byApp, [app]: { ...panel, ...(typeof change === "function" ? change(panel) : change) } } };
  });
}

export function pin(app: string, node: string, outputs: Values | undefined): void {
  changePanel(app, ({ pins }) => {
    const rest = Object.entries(pins).filter(([id]) => id !== node);
    return { pins: Object.fromEntries(outputs ? [...rest, [node, outputs]] : rest) };
  });
}
