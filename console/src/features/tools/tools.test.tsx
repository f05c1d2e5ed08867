import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import { installedTool, KINDS, toolkit, toolkitTool } from "./testing";

const SEARCH = toolkitTool("github__search", {
  title: "Search issues",
  parameters: { type: "object", required: ["query"], properties: { query: { type: "string", description: "What to look for." } } },
});

function open(address: string, routes: Record<string, unknown>) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/toolkit-kinds": KINDS,
    "GET /api/v1/toolkits": { items: [toolkit("github")] },
    "GET /api/v1/toolkits/cred_github/tools": { items: [SEARCH] },
    "GET /api/v1/tools": { items: [installedTool("calculator")] },
    "GET /api/v1/apps": { items: [app("Text workshop", { published: { version: "v", number: 1 } }), app("draft")], next_cursor: null },
    "GET /api/v1/credentials": { items: [], next_cursor: null },
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("toolkits", () => {
  it("say how many tools they have, and open", async () => {
    const { router } = open("/tools", {});
    await screen.findByText("1 tool");
    screen.getByText("https://github.example/mcp");
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.click(screen.getByRole("link", { name: "github" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/tools/cred_github"));
    await userEvent.click(await screen.findByRole("button", { name: /Search issues/ }));
    screen.getByText("What to look for.");
    screen.getByText("required");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("whose credential is refused say so, and nobody has to sign in again", async () => {
    open("/tools", {
      "GET /api/v1/toolkits/cred_github/tools": problem(401, "credential_refused", { detail: "The server refuses the credential." }),
    });
    await screen.findByText("The server refuses the credential.");
    expect(screen.queryByText("Your session has ended")).toBeNull();
  });

  it("are set up, corrected when they do not answer, and show what they have", async () => {
    let isWrong = true;
    const { requests } = open("/tools", {
      "GET /api/v1/toolkits": { items: [] },
      "POST /api/v1/toolkits": toolkit("linear"),
      "PATCH /api/v1/toolkits/cred_linear": toolkit("linear"),
      "GET /api/v1/toolkits/cred_linear/tools": () =>
        isWrong ? problem(502, "provider_failed", { detail: "Status 404 at this address." }) : { items: [toolkitTool("linear__list")] },
    });
    await screen.findByText("No toolkits yet");
    await userEvent.click(screen.getByRole("button", { name: "Add toolkit" }));
    const dialog = () => within(screen.getByRole("dialog"));
    await userEvent.type(await screen.findByLabelText("Address"), "https://linear.example/mc");
    expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("example");
    await userEvent.clear(screen.getByLabelText("Name"));
    await userEvent.type(screen.getByLabelText("Name"), "linear");
    await userEvent.click(dialog().getByRole("radio", { name: "Token" }));
    await userEvent.type(screen.getByLabelText("Token"), "s3cret");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog().getByRole("button", { name: "Add" }));

    await dialog().findByText("Status 404 at this address.");
    await userEvent.click(dialog().getByRole("button", { name: "Change settings" }));
    expect(screen.getByLabelText<HTMLInputElement>("Token").value).toBe("s3cret");
    await userEvent.type(screen.getByLabelText("Address"), "p");
    isWrong = false;
    await userEvent.click(dialog().getByRole("button", { name: "Save" }));

    await dialog().findByText("linear__list");
    expect(await faultsOf(document.body)).toEqual([]);
    const sent = (method: string): unknown => requests.find((each) => each.method === method)?.json();
    expect(await sent("POST")).toEqual({ kind: "mcp", name: "linear", settings: { url: "https://linear.example/mc", token: "s3cret" } });
    expect(await sent("PATCH")).toEqual({ settings: { url: "https://linear.example/mcp" } });
  });

  it("take their document from a file, and tell at the name that it is taken", async () => {
    open("/tools", { "POST /api/v1/toolkits": problem(409, "name_taken", { errors: [{ pointer: "/name", message: "taken" }] }) });
    await userEvent.click(await screen.findByRole("button", { name: "Add toolkit" }));
    await userEvent.click(await screen.findByRole("radio", { name: /API with OpenAPI/ }));
    await userEvent.click(screen.getByRole("radio", { name: "Pasted or from a file" }));
    const file = new File(['{"openapi": "3.1.0", "info": {"title": "Garden Shop"}}'], "api.json");
    const input = document.querySelector<HTMLInputElement>("input[type=file]");
    if (!input) throw new Error("no place for a file");
    await userEvent.upload(input, file);
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("garden-shop"));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Add" }));
    await screen.findByText("taken");
  });

  it("are deleted after a question", async () => {
    const { router, requests } = open("/tools/cred_github", {
      "DELETE /api/v1/toolkits/cred_github": () => new Response(null, { status: 204 }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/tools"));
    expect(requests.some(({ method }) => method === "DELETE")).toBe(true);
  });
});

describe("installed tools", () => {
  it("get a credential that takes the place of the one before", async () => {
    const weather = installedTool("weather", {
      title: "Weather",
      credential_provider: "tool:weather",
      credential_schema: { type: "object", properties: { key: { type: "string", title: "Key", writeOnly: true } }, required: ["key"] },
      needs_credential: true,
    });
    const before = { id: "cred_old", provider: "tool:weather", name: "default", hints: {}, created_at: "2026-01-01T00:00:00Z" };
    const { requests } = open("/tools", {
      "GET /api/v1/tools": { items: [weather] },
      "GET /api/v1/credentials": { items: [before], next_cursor: null },
      "POST /api/v1/credentials": { ...before, id: "cred_new" },
      "DELETE /api/v1/credentials/cred_old": () => new Response(null, { status: 204 }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "More actions for Weather" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Replace credential" }));
    await userEvent.type(await screen.findByLabelText("Key"), "k1");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    await screen.findByText("The credential of Weather was stored.");
    const posted = requests.find(({ method }) => method === "POST");
    expect(await posted?.json()).toEqual({ provider: "tool:weather", name: "default", values: { key: "k1" } });
    expect(requests.some(({ method, url }) => method === "DELETE" && url.endsWith("cred_old"))).toBe(true);
  });
});

describe("Skep as a server", () => {
  it("names the published apps as clients see them", async () => {
    open("/tools", {});
    await screen.findByRole("button", { name: "Text_workshop" });
    expect(screen.queryByRole("link", { name: "draft" })).toBeNull();
    screen.getByText(`${location.origin}/mcp`);
  });
});
