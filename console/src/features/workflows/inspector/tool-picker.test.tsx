import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useMemo, useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createEditor, EditorContext } from "@/canvas";
import { withValueAt, type JsonObject } from "@/canvas/model/json";
import { CATALOG, sample } from "@/canvas/testing/documents";
import { faultsOf } from "@/test/axe";
import { app, problem, stubGateway } from "@/test/gateway";
import { Surroundings } from "@/test/Surroundings";
import { FormContext, type Form } from "./form-context";
import { StructFields } from "./StructFields";

const TEXT = { type: "string", minLength: 1, maxLength: 200 };
const ASK = { type: "boolean", default: false };
const AGENT: JsonObject = {
  type: "object",
  properties: {
    tools: {
      type: "array",
      items: { title: "ToolUse", type: "object", properties: { name: TEXT, arguments: { type: "object", default: {} }, ask_first: ASK }, required: ["name"] },
    },
    apps: { type: "array", items: { title: "AppUse", type: "object", properties: { app: TEXT, ask_first: ASK }, required: ["app"] } },
    knowledge: {
      anyOf: [
        { type: "object", properties: { datasets: { type: "array", items: TEXT, minItems: 1 } }, required: ["datasets"] },
        { type: "null" },
      ],
      default: null,
    },
  },
};
const tool = (name: string, title: string) => ({
  name,
  title,
  description: `${title}.`,
  parameters: { type: "object", properties: { repo: { type: "string", description: "Which one." } } },
  is_usable: true,
});
const toolkit = (name: string) => ({ id: `cred_${name}`, kind: "mcp", name, hints: {}, created_at: "2026-01-01T00:00:00Z" });

function open(settings: JsonObject) {
  const gateway = stubGateway({
    "GET /api/v1/tools": { items: [tool("calculator", "Calculator")] },
    "GET /api/v1/toolkits": { items: [toolkit("github"), toolkit("away")] },
    "GET /api/v1/toolkits/cred_github/tools": { items: [tool("github__search", "Search issues")] },
    "GET /api/v1/toolkits/cred_away/tools": problem(502, "provider_failed", { detail: "Nobody answers at that address." }),
    "GET /api/v1/apps": { items: [app("refunds", { published: { version: "v", number: 1 } }), app("sketch")], next_cursor: null },
    "GET /api/v1/datasets": { items: [{ id: "ds_1", name: "handbook", description: "" }], next_cursor: null },
  });
  const seen: { settings: JsonObject } = { settings };
  function Agent() {
    const [current, setCurrent] = useState(settings);
    const editor = useMemo(() => createEditor(sample(), CATALOG), []);
    seen.settings = current;
    const form: Form = {
      node: "helper",
      isReadOnly: false,
      rawFields: [],
      variablesFor: () => [],
      issues: [],
      set: (path, value) => setCurrent((before) => withValueAt(before, path, value)),
    };
    return (
      <EditorContext value={editor}>
        <FormContext value={form}>
          <StructFields schema={AGENT} path={[]} value={current} />
        </FormContext>
      </EditorContext>
    );
  }
  render(
    <Surroundings>
      <Agent />
    </Surroundings>,
  );
  const asked = () => gateway.requests.filter(({ url }) => /toolkits\/.*\/tools/.test(url)).length;
  return { seen, asked };
}

afterEach(() => vi.unstubAllGlobals());

describe("what an agent may use", () => {
  it("offers tools of toolkits by toolkit, and asks those only when the list is opened", async () => {
    const { seen, asked } = open({ tools: [{ name: "calculator" }] });
    await userEvent.click(screen.getByRole("button", { name: "calculator" }));
    await screen.findByText("Calculator.");
    expect(asked()).toBe(0);

    await userEvent.click(screen.getByRole("combobox", { name: "Tool" }));
    await screen.findByText("Nobody answers at that address.");
    await userEvent.click(await screen.findByRole("option", { name: /Search issues/ }));
    expect(seen.settings["tools"]).toEqual([{ name: "github__search" }]);
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("fixes arguments of the tool by name, and says when a tool is gone", async () => {
    const { asked } = open({ tools: [{ name: "github__search" }, { name: "github__gone" }] });
    await userEvent.click(screen.getByRole("button", { name: "github__search" }));
    await userEvent.click(await screen.findByRole("button", { name: "Fix an argument" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "repo" }));
    await screen.findByText("Which one.");
    expect(asked()).toBe(1);

    await userEvent.click(screen.getByRole("button", { name: "github__gone" }));
    await screen.findByText("No tool is called github__gone now.");
  });

  it("lets apps and datasets be picked", async () => {
    const { seen } = open({ apps: [{ app: "" }] });
    await userEvent.click(screen.getByRole("button", { name: "Apps 1" }));
    await userEvent.click(await screen.findByRole("combobox", { name: "App" }));
    await screen.findByText("Not published yet");
    await userEvent.click(await screen.findByRole("option", { name: /refunds/ }));
    await userEvent.click(screen.getByRole("switch", { name: "Ask first" }));
    expect(seen.settings["apps"]).toEqual([{ app: "refunds", ask_first: true }]);

    await userEvent.click(screen.getByRole("switch", { name: "Knowledge" }));
    await userEvent.click(await screen.findByRole("combobox", { name: "Datasets" }));
    await userEvent.click(await screen.findByRole("option", { name: "handbook" }));
    await waitFor(() => expect(seen.settings["knowledge"]).toEqual({ datasets: ["handbook"] }));
  });
});
