import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import { dataset, list } from "../testing";

const PLACE = { endpoint: "https://kb.example.org", knowledge_id: "kb-1" };
const WIKI = dataset("wiki", { external: PLACE, documents: 0, chunks: 0 });
const PATH = "/api/v1/datasets/ds_wiki";
const HIT = { id: "x.1", dataset_id: "ds_wiki", dataset_name: "wiki", document_id: "x", document_name: "Pruning", seq: 0, text: "Prune in March.", score: 0.7 };

function open(address: string, routes: Record<string, unknown> = {}) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/models": list([]),
    "GET /api/v1/datasets": list([WIKI]),
    "GET /api/v1/dataset-tags": { items: [] },
    "GET /api/v1/members": list([]),
    "GET /api/v1/keys": list([]),
    [`GET ${PATH}`]: WIKI,
    [`GET ${PATH}/access`]: { access: "workspace", readers: [], apps: [] },
    "POST /api/v1/datasets": WIKI,
    [`DELETE ${PATH}`]: new Response(null, { status: 204 }),
    [`POST ${PATH}/searches`]: { chunks: [HIT], elapsed_s: 0.2 },
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

async function fill() {
  await userEvent.click(await screen.findByRole("button", { name: "Connect external knowledge" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Name"), "wiki");
  await userEvent.type(dialog.getByLabelText("Endpoint"), "kb.example.org");
  dialog.getByText("An address that begins with https:// or http://.");
  await userEvent.clear(dialog.getByLabelText("Endpoint"));
  await userEvent.type(dialog.getByLabelText("Endpoint"), "https://kb.example.org");
  await userEvent.type(dialog.getByLabelText("Knowledge ID"), "kb-1");
  await userEvent.type(dialog.getByLabelText(/API key/), "secret");
  return dialog;
}

afterEach(() => vi.unstubAllGlobals());

describe("knowledge that is kept elsewhere", () => {
  it("is connected once it answers", async () => {
    const { router, requests } = open("/knowledge");
    const dialog = await fill();
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Connect and try" }));

    await screen.findByText("wiki is connected.");
    await waitFor(() => expect(router.state.location.pathname).toBe("/knowledge/ds_wiki/retrieval"));
    const made = requests.find(({ method, url }) => method === "POST" && url.endsWith("/datasets"));
    expect(await made?.json()).toEqual({ name: "wiki", external: { ...PLACE, api_key: "secret" } });
  });

  it("says why it cannot be searched, and is corrected", async () => {
    const { requests } = open("/knowledge", {
      [`POST ${PATH}/searches`]: () => problem(502, "provider_failed", { detail: "wiki: it does not accept the API key" }),
    });
    const dialog = await fill();
    await userEvent.click(dialog.getByRole("button", { name: "Connect and try" }));
    await dialog.findByText("wiki: it does not accept the API key");
    await userEvent.click(dialog.getByRole("button", { name: "Correct it" }));

    await dialog.findByRole("button", { name: "Connect and try" });
    expect(requests.some(({ method }) => method === "DELETE")).toBe(true);
  });

  it("has no documents here, and is searched", async () => {
    const { router } = open("/knowledge/ds_wiki");
    await waitFor(() => expect(router.state.location.pathname).toBe("/knowledge/ds_wiki/retrieval"));
    expect(screen.queryByRole("link", { name: "Documents" })).toBeNull();
    expect(screen.queryByText("Way of searching")).toBeNull();
    await userEvent.type(await screen.findByRole("textbox", { name: "Question" }), "When to prune?{Enter}");

    await screen.findByText("Prune", { exact: false, selector: "mark" });
    expect(screen.queryByRole("link", { name: "Pruning" })).toBeNull();
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("tells in its settings where that is", async () => {
    open("/knowledge/ds_wiki/settings");
    await screen.findByText("https://kb.example.org");
    screen.getByText("kb-1");
    expect(screen.queryByRole("button", { name: "Change model…" })).toBeNull();
  });
});
