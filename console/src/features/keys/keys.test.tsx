import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { draftOf, isSound, limitsOf, NO_LIMITS } from "./limits";
import { Component as KeysPage } from "./KeysPage";
import { SessionProvider, type Me } from "@/shell/session";
import { stubGateway } from "@/test/gateway";
import { Surroundings } from "@/test/Surroundings";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const ME: Me = { kind: "session", id: "ses_1", tenant: { id: "t_1", name: "default" }, scopes: ["keys", "runs:read", "runs:write", "models:call"] };
const LIMITS = { requests_per_minute: 1200, tokens_per_minute: null, concurrent: null, models: ["openai/*"] };

function key(name: string, more: Record<string, unknown> = {}) {
  const facts = { prefix: "sk_ab", scopes: ["models:call"], created_at: "2026-01-01T00:00:00Z", expires_at: null, last_used_at: null };
  return { id: `key_${name}`, name, limits: null, ...facts, ...more };
}

function open() {
  const { requests } = stubGateway({
    "GET /api/v1/keys": { items: [key("nightly", { limits: LIMITS }), key("free")], next_cursor: null },
    "POST /api/v1/keys": { ...key("new"), key: "sk_secret" },
    "PATCH /api/v1/keys/key_nightly": key("nightly"),
  });
  render(
    <Surroundings>
      <SessionProvider me={ME}>
        <KeysPage />
      </SessionProvider>
    </Surroundings>,
  );
  const body = async (method: string) => {
    const sent = await waitFor(() => {
      const found = requests.find((request) => request.method === method);
      if (!found) throw new Error(`no ${method} was sent`);
      return found;
    });
    return (await sent.clone().json()) as Record<string, unknown>;
  };
  return { body };
}

async function rowOf(name: string) {
  const row = (await screen.findByText(name)).closest("tr");
  if (!row) throw new Error(`${name} is in no row`);
  return within(row);
}

test("limits are shown beside their key", async () => {
  open();

  const limited = await rowOf("nightly");

  expect(limited.getByText("1,200 requests/min")).toBeTruthy();
  expect(limited.getByText("openai/*")).toBeTruthy();
  expect((await rowOf("free")).getByText("None")).toBeTruthy();
});

test("limits of a key are changed, and what is left empty has none", async () => {
  const { body } = open();

  await userEvent.click((await rowOf("nightly")).getByRole("button", { name: "Limit" }));
  await userEvent.clear(await screen.findByLabelText("Requests/min"));
  await userEvent.type(screen.getByLabelText("At once"), "4");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  expect(await body("PATCH")).toEqual({
    limits: { requests_per_minute: null, tokens_per_minute: null, concurrent: 4, models: ["openai/*"] },
  });
});

test("a key without limits is made without", async () => {
  const { body } = open();

  await userEvent.click(await screen.findByRole("button", { name: "New API key" }));
  await userEvent.type(await screen.findByLabelText(/Name/), "new");
  await userEvent.click(screen.getByRole("button", { name: "Create" }));

  expect((await body("POST"))["limits"]).toBeNull();
});

test("numbers and models are read as they are typed", () => {
  expect(limitsOf({ ...NO_LIMITS, tokens: "1000", models: " a/*, app/b\n" })).toEqual({
    requests_per_minute: null,
    tokens_per_minute: 1000,
    concurrent: null,
    models: ["a/*", "app/b"],
  });
  expect(limitsOf(NO_LIMITS)).toBeNull();
  expect(limitsOf(draftOf(LIMITS))).toEqual(LIMITS);
  expect(isSound({ ...NO_LIMITS, requests: "0" })).toBe(false);
  expect(isSound({ ...NO_LIMITS, requests: "60" })).toBe(true);
});
