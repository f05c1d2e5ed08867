import { expect, it } from "vitest";
import { normal } from "@/canvas";
import { CATALOG } from "@/canvas/testing/documents";
import { renameVariable } from "./rename-variable";

it("a variable that is called otherwise is read by its new name everywhere, and not in code", () => {
  const document = normal({
    app: { name: "x", mode: "chat" },
    conversation: [{ name: "facts" }, { name: "facts_2" }],
    nodes: {
      one: {
        type: "step",
        settings: {
          text: "{{ conversation.facts.0 }} {{conversation.facts_2}} {{env.facts}}",
          code: "{{conversation.facts}}",
          changes: [{ target: "conversation.facts" }],
        },
      },
    },
  });

  const renamed = renameVariable(document, CATALOG, "conversation", "facts", "known");

  expect(renamed.conversation).toEqual([{ name: "known" }, { name: "facts_2" }]);
  expect(renamed.nodes["one"]?.settings).toEqual({
    text: "{{conversation.known.0}} {{conversation.facts_2}} {{env.facts}}",
    code: "{{conversation.facts}}",
    changes: [{ target: "conversation.known" }],
  });
});
