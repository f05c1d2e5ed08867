import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { stubGateway } from "@/test/gateway";
import { Surroundings } from "@/test/Surroundings";
import { Component as ModelsPage } from "../ModelsPage";

const CREDENTIAL = { id: "cred_1", provider: "openai", name: "default", hints: {}, created_at: "2026-01-01T00:00:00Z" };
const PROVIDER = { name: "openai", title: "OpenAI", description: "", credential_schema: {}, needs_credential: true, open_catalogue: true, is_usable: true };

function model(name: string, kind = "chat") {
  const units = { minute_price: null, character_price: null, image_price: null, search_price: null };
  return { ...units, provider: "openai", name, title: name, reference: `openai/${name}`, kind, is_ready: true, context_tokens: 1000, input_price: 1, output_price: 1, tools: true, vision: false, json_schema: false };
}

function open(models: Record<string, unknown> = {}) {
  const routes = { models, credentials: { cred_9: { concurrent: 2 } } };
  const gateway = stubGateway({
    "GET /api/v1/providers": { items: [PROVIDER] },
    "GET /api/v1/models": { items: [model("big"), model("small"), model("words", "embedding")] },
    "GET /api/v1/credentials": { items: [CREDENTIAL], next_cursor: null },
    "GET /api/v1/default-models": { chat: null, embedding: null, rerank: null },
    "GET /api/v1/model-routes": routes,
    "PUT /api/v1/model-routes": routes,
  });
  render(
    <Surroundings>
      <ModelsPage />
    </Surroundings>,
  );
  return async () => gateway.requests.findLast(({ method }) => method === "PUT")?.json() as Promise<unknown>;
}

afterEach(() => vi.unstubAllGlobals());

describe("routes of models", () => {
  it("are added beside those that there are", async () => {
    const sent = open({ "openai/small": { fallbacks: ["openai/big"], hedge_after_s: "p95" } });
    await screen.findByText("then openai/big · a second time when it is slow");
    await userEvent.click(screen.getByRole("button", { name: "Add a route" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("combobox", { name: "Model" }));
    await userEvent.click(await screen.findByRole("option", { name: /big/ }));
    await userEvent.click(dialog.getByRole("combobox", { name: "Asked in its place" }));
    expect(screen.queryByRole("option", { name: /words/ })).toBeNull();
    await userEvent.click(await screen.findByRole("option", { name: /small/ }));
    await userEvent.click(dialog.getByRole("combobox", { name: "Ask a second time" }));
    await userEvent.click(await screen.findByRole("option", { name: "After some seconds" }));
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    await userEvent.type(dialog.getByLabelText("Seconds without an answer"), "1.5");
    await userEvent.type(dialog.getByLabelText("Wait for the first piece"), "10");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));

    await screen.findByText("Saved.");
    expect(await sent()).toEqual({
      models: {
        "openai/small": { fallbacks: ["openai/big"], hedge_after_s: "p95" },
        "openai/big": { fallbacks: ["openai/small"], hedge_after_s: 1.5, first_token_timeout_s: 10, idle_timeout_s: null },
      },
      credentials: { cred_9: { concurrent: 2 } },
    });
  });

  it("are removed", async () => {
    const sent = open({ "openai/small": { fallbacks: ["openai/big"] } });
    await userEvent.click(await screen.findByRole("button", { name: "Remove the route of openai/small" }));
    await waitFor(async () => expect(await sent()).toEqual({ models: {}, credentials: { cred_9: { concurrent: 2 } } }));
  });
});

describe("limits of a credential", () => {
  it("are whole numbers, kept beside the others", async () => {
    const sent = open();
    await userEvent.click(await screen.findByRole("button", { name: "Actions of default" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Limits…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Requests a minute"), "many");
    dialog.getByText("A number above 0, or nothing.");
    await userEvent.clear(dialog.getByLabelText("Requests a minute"));
    await userEvent.type(dialog.getByLabelText("Requests a minute"), "500");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));

    await screen.findByText("Saved.");
    const limits = { requests_per_minute: 500, tokens_per_minute: null, concurrent: null };
    expect(await sent()).toEqual({ models: {}, credentials: { cred_9: { concurrent: 2 }, cred_1: limits } });
  });
});
