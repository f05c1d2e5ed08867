import { NodePanel } from "./panel/NodePanel";
import { RunButton } from "./panel/RunButton";
import { RunPanel } from "./panel/RunPanel";

/** What debugging adds to the editor: a button, the run panel, and a tab for the node that is open. */
export const editorPart = {
  id: "debugging",
  order: 10,
  Actions: RunButton,
  Panel: RunPanel,
  node: { label: "debugging.panelTab" as const, NodePanel },
};
