import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import type { Rule } from "./api";
import { idFor, moved } from "./rules";

const KINDS = [
  {
    name: "personal-data",
    title: "Personal data",
    description: "Finds addresses.",
    settings_schema: { properties: { kinds: { type: "array", title: "What to find", items: { enum: ["email", "phone"] } } } },
  },
  {
    name: "words",
    title: "Words",
    description: "Finds words.",
    settings_schema: { properties: { words: { type: "array", title: "Words", items: { type: "string" } } }, required: ["words"] },
  },
];
const MAIL: Rule = { id: "mail", name: "No addresses", guardrail: "personal-data", settings: {}, sides: ["input", "output"], action: "mask", apps: ["app_orders"], is_on: true };
const NAMES: Rule = { ...MAIL, id: "names", name: "Project names", guardrail: "gone", sides: ["input"], action: "block", apps: [] };

function open(rules: Rule[] | Response, put: unknown = async (request: Request) => (await request.json()) as unknown) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/guardrails": rules instanceof Response ? rules : { rules },
    "PUT /api/v1/guardrails": put,
    "GET /api/v1/guardrail-kinds": { items: KINDS, next_cursor: null },
    "POST /api/v1/guardrails/trials": { action: "mask", kinds: ["email"], text: "Write to [email]" },
    "GET /api/v1/apps": { items: [app("orders")], next_cursor: null },
  });
  render(consoleAt("/guardrails").element);
  const sent = async (method: string) => {
    const found = await waitFor(() => {
      const all = gateway.requests.filter((request) => request.method === method);
      if (all.length === 0) throw new Error(`no ${method} was sent`);
      return all.at(-1);
    });
    return (await found?.clone().json()) as { rules: Rule[]; rule: Rule; text: string };
  };
  return { sent };
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("lists rules in their order, with what they do and where", async () => {
  open([MAIL, NAMES]);

  await screen.findByText("Personal data · Requests + Answers · orders");
  screen.getByText("gone, which is not installed: calls fail · Requests · Every call of the workspace");
  expect(screen.getByRole("button", { name: "Let No addresses look earlier" }).hasAttribute("disabled")).toBe(true);
  expect(await faultsOf(document.body)).toEqual([]);
});

it("lets rules change places, rest and go", async () => {
  const { sent } = open([MAIL, NAMES]);
  await userEvent.click(await screen.findByRole("button", { name: "Let No addresses look later" }));
  expect((await sent("PUT")).rules.map((rule) => rule.id)).toEqual(["names", "mail"]);

  await userEvent.click(screen.getByRole("switch", { name: "Project names is in use" }));
  await waitFor(async () => expect((await sent("PUT")).rules.map((rule) => rule.is_on)).toEqual([false, true]));

  await userEvent.click(screen.getByRole("button", { name: "Delete No addresses" }));
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  await waitFor(async () => expect((await sent("PUT")).rules.map((rule) => rule.id)).toEqual(["names"]));
});

it("draws a rule's settings from its kind, tries it, and adds it", async () => {
  const { sent } = open([MAIL]);
  await userEvent.click(await screen.findByRole("button", { name: "New rule" }));
  const drawer = within(await screen.findByRole("dialog"));
  await userEvent.type(drawer.getByLabelText(/Name/), "No addresses");
  await userEvent.click(within(drawer.getByRole("group", { name: "What to find" })).getByRole("checkbox", { name: "email" }));
  await userEvent.click(drawer.getByRole("radio", { name: /Mask/ }));
  await userEvent.type(drawer.getByLabelText("Try it"), "Write to ada@example.org");
  await userEvent.click(drawer.getByRole("button", { name: "Try" }));
  await drawer.findByText("Write to [email]");
  expect((await sent("POST")).rule).toMatchObject({ id: "trial", settings: { kinds: ["email"] } });
  expect(await faultsOf(document.body)).toEqual([]);

  await userEvent.click(drawer.getByRole("button", { name: "Create" }));
  expect((await sent("PUT")).rules[1]).toEqual({
    id: "no-addresses",
    name: "No addresses",
    guardrail: "personal-data",
    settings: { kinds: ["email"] },
    sides: ["input"],
    action: "mask",
    apps: [],
    is_on: true,
  });
});

it("takes words one a line, for some apps, and shows what the gateway refuses beside its field", async () => {
  const faults = { errors: [{ pointer: "/rules/0/settings/words", message: "has too few items" }] };
  const { sent } = open([], problem(422, "invalid_input", faults));
  await screen.findByText("Nothing looks at requests and answers yet");
  await userEvent.click(screen.getAllByRole("button", { name: "New rule" })[0] as HTMLElement);
  const drawer = within(await screen.findByRole("dialog"));
  await userEvent.type(drawer.getByLabelText(/Name/), "Words");
  await userEvent.click(drawer.getByLabelText("Looks for"));
  await userEvent.click(await screen.findByRole("option", { name: "Words" }));
  await userEvent.type(drawer.getByLabelText(/^Words/), "Project X{Enter}{Enter} Y ");
  await userEvent.click(drawer.getByLabelText("Holds for"));
  await userEvent.click(await screen.findByRole("option", { name: "Some apps" }));
  await userEvent.click(drawer.getByRole("checkbox", { name: "orders" }));
  await userEvent.click(drawer.getByRole("button", { name: "Create" }));

  expect((await sent("PUT")).rules[0]).toMatchObject({ settings: { words: ["Project X", "Y"] }, apps: ["app_orders"] });
  expect((await drawer.findAllByText("has too few items")).length).toBeGreaterThan(0);
});

it("says when rules cannot be read", async () => {
  open(problem(403, "forbidden"));
  await screen.findByRole("alert");
});

it("makes ids of names that no other rule has", () => {
  expect(idFor("No addresses!", [])).toBe("no-addresses");
  expect(idFor("地址", ["rule"])).toBe("rule-2");
  expect(moved([MAIL, NAMES], "mail", -1)).toEqual([MAIL, NAMES]);
});
