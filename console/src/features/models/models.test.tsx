import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Component as ModelsPage } from "./ModelsPage";
import { stubGateway } from "@/test/gateway";
import { Surroundings } from "@/test/Surroundings";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const FORM = { type: "object", properties: { api_key: { type: "string", title: "API key", writeOnly: true } }, required: ["api_key"] };
const CREDENTIAL = { id: "cred_1", provider: "openai", name: "default", hints: { api_key: "…7890" }, created_at: "2026-01-01T00:00:00Z" };

function provider(name: string, more: Record<string, unknown> = {}) {
  const facts = { credential_schema: FORM, needs_credential: true, open_catalogue: true, is_usable: true, description: `${name} makes models.` };
  return { name, title: name.toUpperCase(), ...facts, ...more };
}

function model(name: string, more: Record<string, unknown> = {}) {
  const units = { minute_price: null, character_price: null, image_price: null, search_price: null };
  const facts = { ...units, provider: "openai", kind: "chat", is_ready: true, context_tokens: 128_000, input_price: 2.5, output_price: 10 };
  return { name, title: name, reference: `openai/${name}`, tools: true, vision: false, json_schema: false, ...facts, ...more };
}

function open(check: { ok: boolean; code?: string; detail?: string }, credentials: unknown[] = [CREDENTIAL]) {
  const { requests } = stubGateway({
    "GET /api/v1/providers": { items: [provider("openai"), provider("groq", { is_usable: false })] },
    "GET /api/v1/models": {
      items: [model("big"), model("words", { kind: "embedding", output_price: null }), model("later", { is_ready: false }), model("ear", { kind: "transcription", input_price: null, minute_price: 0.006 })],
    },
    "GET /api/v1/credentials": { items: credentials, next_cursor: null },
    "POST /api/v1/credentials": { ...CREDENTIAL, id: "cred_2", provider: "groq" },
    "POST /api/v1/credentials/cred_1/checks": check,
    "POST /api/v1/credentials/cred_2/checks": check,
    "DELETE /api/v1/credentials/cred_1": new Response(null, { status: 204 }),
    "DELETE /api/v1/credentials/cred_2": new Response(null, { status: 204 }),
    "GET /api/v1/model-routes": { models: {}, credentials: {} },
    "GET /api/v1/default-models": { chat: null, embedding: null, rerank: null },
    "PUT /api/v1/default-models": { chat: "openai/big", embedding: null, rerank: null },
  });
  render(
    <Surroundings>
      <ModelsPage />
    </Surroundings>,
  );
  const sent = () => requests.map((request) => `${request.method} ${new URL(request.url).pathname}`);
  return { sent };
}

async function connectGroq() {
  await userEvent.click(await screen.findByRole("button", { name: "Connect a provider" }));
  await userEvent.click(await screen.findByRole("combobox", { name: /Provider/ }));
  await userEvent.click(await screen.findByRole("option", { name: /GROQ/ }));
  await userEvent.type(await screen.findByLabelText(/API key/), "sk-test");
  await userEvent.click(screen.getByRole("button", { name: "Connect" }));
}

test("models that are ready are listed with what they cost, and the others on demand", async () => {
  open({ ok: true });

  await screen.findByText("openai/big");
  await screen.findByText("$0.006/minute");
  expect(screen.queryByText("openai/later")).toBeNull();

  await userEvent.click(screen.getByRole("switch", { name: "Also those not connected" }));
  await screen.findByText("openai/later");

  await userEvent.type(screen.getByRole("searchbox"), "words");
  await waitFor(() => expect(screen.queryByText("openai/big")).toBeNull());
  await screen.findByText("openai/words");
});

test("a provider is connected with its own form, and tried", async () => {
  const { sent } = open({ ok: true });

  await connectGroq();

  await screen.findByText("GROQ is connected.");
  expect(sent()).toContain("POST /api/v1/credentials/cred_2/checks");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a key that the provider refuses is told, and deleted to be corrected", async () => {
  const { sent } = open({ ok: false, code: "credential_refused", detail: "Wrong key." });

  await connectGroq();

  await screen.findByText(/Wrong key\./);
  await userEvent.click(screen.getByRole("button", { name: "Correct it" }));
  await waitFor(() => expect(sent()).toContain("DELETE /api/v1/credentials/cred_2"));
  await screen.findByRole("button", { name: "Connect" });
});

test("a credential is checked and says what is wrong", async () => {
  open({ ok: false, code: "out_of_reach", detail: "No answer from the provider." });

  await userEvent.click(await screen.findByRole("button", { name: "Actions of default" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Check" }));

  await screen.findByText("No answer from the provider.");
});

test("a credential is deleted once that is confirmed", async () => {
  const { sent } = open({ ok: true });

  await userEvent.click(await screen.findByRole("button", { name: "Actions of default" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  expect(sent()).not.toContain("DELETE /api/v1/credentials/cred_1");
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));

  await screen.findByText("default was deleted.");
  expect(sent()).toContain("DELETE /api/v1/credentials/cred_1");
});
