import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { ModelStep } from "./ModelStep";
import { stubGateway } from "@/test/gateway";
import { Surroundings } from "@/test/Surroundings";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const FORM = { type: "object", properties: { api_key: { type: "string", title: "API key", writeOnly: true } }, required: ["api_key"] };

function provider(name: string, more: Record<string, unknown> = {}) {
  const form = { credential_schema: FORM, needs_credential: true, open_catalogue: true, description: "" };
  return { name, title: name.toUpperCase(), ...form, ...more };
}

function open(check: { ok: boolean; code?: string; detail?: string }) {
  const onDone = vi.fn();
  const offline = provider("echo", { needs_credential: false, credential_schema: {} });
  const { requests } = stubGateway({
    "GET /api/v1/providers": { items: [offline, provider("groq"), provider("openai"), provider("zai")] },
    "GET /api/v1/models": { items: [{ provider: "openai", name: "small", kind: "chat", title: "" }] },
    "POST /api/v1/credentials": { id: "cred_1", provider: "openai", name: "default" },
    "POST /api/v1/credentials/cred_1/checks": check,
    "DELETE /api/v1/credentials/cred_1": new Response(null, { status: 204 }),
    "GET /api/v1/default-models": { chat: null, embedding: null, rerank: null },
    "PUT /api/v1/default-models": { chat: "openai/small" },
  });
  render(
    <Surroundings>
      <ModelStep onDone={onDone} />
    </Surroundings>,
  );
  const sent = () => requests.map((request) => `${request.method} ${new URL(request.url).pathname}`);
  return { onDone, sent };
}

async function enterKey() {
  await userEvent.click(await screen.findByRole("radio", { name: /OPENAI/ }));
  await userEvent.type(await screen.findByLabelText(/API key/), "sk-test");
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Save and test" });
  await waitFor(() => expect(button.disabled).toBe(false));
  await userEvent.click(button);
}

test("a key that the provider refuses is told, deleted, and made no default", async () => {
  const { onDone, sent } = open({ ok: false, code: "credential_refused", detail: "The provider refused it." });

  await enterKey();

  await screen.findByText("The provider refused it.");
  expect(sent()).toContain("DELETE /api/v1/credentials/cred_1");
  expect(sent()).not.toContain("PUT /api/v1/default-models");
  expect(onDone).not.toHaveBeenCalled();
});

test("a key that works makes the model the default", async () => {
  const { onDone, sent } = open({ ok: true });

  await enterKey();

  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(sent()).toContain("PUT /api/v1/default-models");
});

test("the many providers are behind one card", async () => {
  open({ ok: true });

  const cards = await screen.findAllByRole("radio");
  expect(cards).toHaveLength(3);
  await userEvent.click(screen.getByRole("radio", { name: /Another provider/ }));

  await screen.findByText("GROQ");
});
