import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import { dataset, list, statistics } from "../testing";

const GARDEN = dataset("garden", { tags: ["plants"] });
const PATH = "/api/v1/datasets/ds_garden";
const MODELS = list([
  { provider: "echo", name: "hash-256", reference: "echo/hash-256", kind: "embedding", title: "Hash", is_ready: true },
  { provider: "acme", name: "seer", reference: "acme/seer", kind: "chat", title: "Seer", is_ready: true, vision: true },
  { provider: "acme", name: "blind", reference: "acme/blind", kind: "chat", title: "Blind", is_ready: true, vision: false },
  { provider: "echo", name: "hash-64", reference: "echo/hash-64", kind: "embedding", title: "Small", is_ready: true },
]);

function open(routes: Record<string, unknown>, address = "/knowledge/ds_garden/settings") {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/models": MODELS,
    "GET /api/v1/chunkers": list([{ name: "general", title: "General" }, { name: "by-clause", title: "By clause" }]),
    "GET /api/v1/datasets": list([GARDEN]),
    "GET /api/v1/dataset-tags": { items: [{ tag: "plants", datasets: 1 }] },
    "GET /api/v1/members": list([{ id: "mem_1", name: "Ada", email: "ada@example.org" }]),
    "GET /api/v1/keys": list([{ id: "key_1", name: "robot", prefix: "skep_ab" }]),
    [`GET ${PATH}`]: GARDEN,
    [`GET ${PATH}/access`]: { access: "workspace", readers: [], apps: [] },
    [`GET ${PATH}/documents`]: list([]),
    [`GET ${PATH}/statistics`]: statistics({ ready: 2 }),
    [`GET ${PATH}/fields`]: { fields: [] },
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

async function sent(requests: readonly Request[], method: string): Promise<unknown> {
  return requests.findLast((request) => request.method === method)?.json();
}

afterEach(() => vi.unstubAllGlobals());

describe("how a dataset indexes", () => {
  it("is changed for every document", async () => {
    const { requests } = open({ [`POST ${PATH}/reindexings`]: { documents: 2 } });
    await userEvent.click(await screen.findByRole("button", { name: "Change splitting…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("combobox", { name: "Splitter" }));
    await userEvent.click(screen.getByRole("option", { name: /By structure/ }));
    await userEvent.click(dialog.getByRole("switch", { name: /Search small children/ }));
    await userEvent.clear(dialog.getByLabelText("Child size"));
    await userEvent.type(dialog.getByLabelText("Child size"), "1000");
    dialog.getByText("A whole number from 20, less than the chunk size.");
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Split anew" }).disabled).toBe(true);
    await userEvent.clear(dialog.getByLabelText("Child size"));
    await userEvent.type(dialog.getByLabelText("Child size"), "200");
    await userEvent.type(dialog.getByLabelText(/Words at most/), "300");
    await userEvent.click(dialog.getByRole("combobox", { name: "Questions by a model" }));
    await userEvent.click(screen.getByRole("option", { name: "3 for each" }));
    await userEvent.click(dialog.getByRole("checkbox", { name: "Web addresses" }));
    await userEvent.click(dialog.getByRole("switch", { name: /Read pictures/ }));
    await userEvent.click(dialog.getByRole("combobox", { name: "Model that reads them" }));
    expect(screen.queryByRole("option", { name: /Blind/ })).toBeNull();
    await userEvent.click(await screen.findByRole("option", { name: /Seer/ }));
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Split anew" }));

    await screen.findByText("2 documents are split anew.");
    expect(await sent(requests, "POST")).toEqual({
      chunker: "structure",
      chunk_spec: {
        max_chars: 1000,
        overlap_chars: 100,
        separators: ["\n\n", " "],
        max_tokens: 300,
        clean: ["remove_urls"],
        children: { max_chars: 200, overlap_chars: 0 },
        questions: { count: 3 },
        pictures: { model: "acme/seer" },
      },
    });
  });

  it("is split by what a plugin brings", async () => {
    const { requests } = open({ [`POST ${PATH}/reindexings`]: { documents: 2 } });
    await userEvent.click(await screen.findByRole("button", { name: "Change splitting…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("combobox", { name: "Splitter" }));
    await userEvent.click(await screen.findByRole("option", { name: /By clause/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Split anew" }));

    await screen.findByText("2 documents are split anew.");
    expect(await sent(requests, "POST")).toMatchObject({ chunker: "by-clause" });
  });

  it("moves to another model, and can be stopped on the way", async () => {
    let move: object | undefined;
    const { requests } = open({
      [`GET ${PATH}`]: () => ({ ...GARDEN, ...(move ? { move } : {}) }),
      [`POST ${PATH}/moves`]: () => {
        move = { store: "sqlite", embedding_model: "echo/hash-64", chunks_done: 3 };
        return GARDEN;
      },
      [`DELETE ${PATH}/moves`]: () => {
        move = undefined;
        return new Response(null, { status: 204 });
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change model…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("combobox", { name: "Embedding model" }));
    await userEvent.click(screen.getByRole("option", { name: /Small/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Embed anew" }));

    await screen.findByText("On its way to echo/hash-64: 3 chunks done.");
    expect(await sent(requests, "POST")).toEqual({ embedding_model: "echo/hash-64" });
    expect(screen.queryByRole("button", { name: "Change model…" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    await screen.findByRole("button", { name: "Change model…" });
  });
});

describe("who may know of a dataset", () => {
  it("is everybody, or those who are named", async () => {
    const { requests } = open({
      [`GET ${PATH}/access`]: { access: "workspace", readers: [], apps: [{ id: "app_1", name: "Helper", is_published: true }] },
      [`PUT ${PATH}/access`]: { access: "restricted", readers: [{ id: "key_1", name: "robot" }], apps: [] },
    });
    await userEvent.click(await screen.findByRole("radio", { name: /Only some/ }));
    await userEvent.click(await screen.findByRole("checkbox", { name: /robot/ }));
    expect(screen.getByRole("link", { name: "Helper" }).getAttribute("href")).toBe("/apps/app_1");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(screen.getAllByRole("button", { name: "Save" }).at(-1) as HTMLElement);

    await screen.findByText("Saved.");
    expect(await sent(requests, "PUT")).toEqual({ access: "restricted", readers: ["key_1"] });
  });

  it("says why it cannot be read", async () => {
    open({ [`GET ${PATH}/access`]: () => problem(503, "unavailable", { title: "Not now" }) });
    await screen.findByRole("heading", { name: "Not now" });
  });
});

describe("tags", () => {
  it("are given in the settings", async () => {
    const { requests } = open({ [`PATCH ${PATH}`]: GARDEN });
    await userEvent.type(await screen.findByPlaceholderText("Add a tag…"), "soil{Enter}");
    await userEvent.click(screen.getAllByRole("button", { name: "Save" })[0] as HTMLElement);
    await screen.findByText("Saved.");
    expect(await sent(requests, "PATCH")).toEqual({ tags: ["plants", "soil"] });
  });

  it("narrow the list", async () => {
    const { router, requests } = open({}, "/knowledge");
    await userEvent.click(await screen.findByRole("combobox", { name: "Tag" }));
    await userEvent.click(screen.getByRole("option", { name: "plants" }));
    await waitFor(() => expect(router.state.location.search).toBe("?tag=plants"));
    await waitFor(() => expect(requests.some(({ url }) => url.includes("tag=plants"))).toBe(true));
  });
});
