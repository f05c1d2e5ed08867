import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { problem, stubGateway } from "@/test/gateway";
import { Surroundings } from "@/test/Surroundings";
import type { DraftWish } from "./api";
import { DraftDialog } from "./DraftDialog";
import { wishOf } from "./wish";

const WISH: DraftWish = { kind: "prompt", variables: ["start.topic"], outputs: {}, language: "python", model: "default" };
const draft = (text: string) => ({ text, model: "acme/smart", input_tokens: 200, output_tokens: 34, cost_usd: 0.0012 });

function open(answers: unknown[], current = "") {
  const used = vi.fn();
  const gateway = stubGateway({ "POST /api/v1/drafts": () => answers.shift() });
  render(
    <Surroundings>
      <DraftDialog wish={WISH} language="prompt" current={current} onUse={used} onClose={vi.fn()} />
    </Surroundings>,
  );
  return { used, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("a draft", () => {
  it("is written from a wish, changed by another, and used", async () => {
    const { used, requests } = open([draft("Tell of {{start.topic}}."), draft("Tell briefly of {{start.topic}}.")]);
    await userEvent.type(screen.getByLabelText("What should it do?"), "tell of a topic");
    await userEvent.click(screen.getByRole("button", { name: "Write it" }));
    await screen.findByText(/acme\/smart · 234 tokens/);
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.type(screen.getByLabelText("What should be different?"), "shorter");
    await userEvent.click(screen.getByRole("button", { name: "Change it" }));
    await waitFor(() => expect(document.body.textContent).toContain("Tell briefly of"));
    await userEvent.click(screen.getByRole("button", { name: "Use it" }));

    expect(used).toHaveBeenCalledWith("Tell briefly of {{start.topic}}.");
    const bodies = await Promise.all(requests.map((request) => request.json()));
    expect(bodies).toEqual([
      { ...WISH, wish: "tell of a topic" },
      { ...WISH, wish: "shorter", current: "Tell of {{start.topic}}." },
    ]);
  });

  it("begins with what stands there", async () => {
    const { requests } = open([draft("Better.")], "Good.");
    await userEvent.type(screen.getByLabelText("What should be different?"), "better");
    await userEvent.click(screen.getByRole("button", { name: "Write it" }));
    await screen.findByRole("button", { name: "Use it" });
    expect(await requests[0]?.json()).toMatchObject({ current: "Good." });
  });

  it("says why there is none, and keeps the wish", async () => {
    open([problem(502, "draft_unusable", { detail: "What the model wrote cannot be used. It is empty." })]);
    await userEvent.type(screen.getByLabelText("What should it do?"), "something");
    await userEvent.click(screen.getByRole("button", { name: "Write it" }));
    await screen.findByText("What the model wrote cannot be used. It is empty.");
    expect(screen.getByLabelText("What should it do?")).toHaveProperty("value", "something");
  });
});

it("is about the inputs and outputs of code, and the references of a prompt", () => {
  const node = { language: "javascript", inputs: { weight: "{{start.kg}}" }, outputs: { price: "number" }, code: "" };
  expect(wishOf("code", ["code"], node, [])).toMatchObject({ kind: "code", language: "javascript", variables: ["weight"], outputs: { price: "number" } });
  const groups = [{ kind: "node", root: "start", variables: [{ path: "start.topic", name: "topic", type: "string", description: "" }] }] as const;
  expect(wishOf("text", ["prompt"], {}, groups.map((group) => ({ ...group, variables: [...group.variables] })))).toMatchObject({ kind: "prompt", variables: ["start.topic"] });
  expect(wishOf("line", ["query"], {}, [])).toBeNull();
});
