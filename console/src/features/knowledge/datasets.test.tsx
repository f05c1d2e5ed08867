import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import { dataset, list, statistics } from "./testing";

const GARDEN = dataset("garden", { description: "What grows where." });
const MODELS = list([
  { provider: "echo", name: "hash-256", reference: "echo/hash-256", kind: "embedding", title: "Hash", is_ready: true },
  { provider: "big", name: "large", reference: "big/large", kind: "embedding", title: "Large", is_ready: false },
  { provider: "echo", name: "echo", reference: "echo/echo", kind: "chat", title: "Echo", is_ready: true },
]);

function open(address: string, routes: Record<string, unknown>) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/models": MODELS,
    "GET /api/v1/datasets": list([GARDEN, dataset("kitchen")]),
    "GET /api/v1/datasets/ds_garden": GARDEN,
    "GET /api/v1/datasets/ds_garden/documents": list([]),
    "GET /api/v1/datasets/ds_garden/statistics": statistics({ ready: 2, failed: 1 }),
    "GET /api/v1/datasets/ds_garden/fields": { fields: [] },
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("datasets", () => {
  it("are found by name", async () => {
    const { router } = open("/knowledge", {});
    await screen.findByRole("link", { name: "garden" });
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.type(screen.getByRole("searchbox"), "KIT");

    await waitFor(() => expect(screen.queryByRole("link", { name: "garden" })).toBeNull());
    screen.getByRole("link", { name: "kitchen" });
    expect(router.state.location.search).toBe("?search=KIT");
  });

  it("are looked for on pages that nobody opened", async () => {
    open("/knowledge?search=cellar", {
      "GET /api/v1/datasets": (request: Request) =>
        request.url.includes("cursor=2") ? list([dataset("cellar")]) : list([GARDEN], "2"),
    });
    await screen.findByRole("link", { name: "cellar" });
  });

  it("say what knowledge is for while there are none, and why they cannot be read", async () => {
    let isBroken = true;
    open("/knowledge", { "GET /api/v1/datasets": () => (isBroken ? problem(403, "forbidden", { title: "Not allowed" }) : list([])) });
    await screen.findByRole("heading", { name: "Not allowed" });
    isBroken = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));

    await screen.findByRole("heading", { name: "No datasets yet" });
    screen.getByText("Upload files, or paste text");
  });

  it("are created with lengths that make sense, under a name that is free", async () => {
    let tries = 0;
    const { router, requests } = open("/knowledge", {
      "POST /api/v1/datasets": () => {
        tries += 1;
        return tries === 1 ? problem(409, "dataset_exists", { detail: "There is one already." }) : GARDEN;
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "New dataset" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Name"), "garden");
    await userEvent.click(dialog.getByRole("combobox", { name: "Embedding model" }));
    expect(screen.queryByRole("option", { name: /Large/ })).toBeNull();
    await userEvent.click(screen.getByRole("option", { name: /Hash/ }));
    await userEvent.click(dialog.getByRole("button", { name: /Advanced/ }));
    await userEvent.clear(dialog.getByLabelText("Overlap"));
    await userEvent.type(dialog.getByLabelText("Overlap"), "900");
    dialog.getByText("A whole number, at most half the chunk size.");
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Create" }).disabled).toBe(true);
    await userEvent.clear(dialog.getByLabelText("Overlap"));
    await userEvent.type(dialog.getByLabelText("Overlap"), "50");
    await userEvent.type(dialog.getByLabelText("Separators"), "--\\n{Enter}");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));
    await dialog.findByText("There is one already.");
    await userEvent.click(dialog.getByRole("button", { name: "Create" }));

    await waitFor(() => expect(router.state.location.pathname).toBe("/knowledge/ds_garden"));
    const sent: unknown = await requests.filter(({ method }) => method === "POST").at(-1)?.json();
    expect(sent).toMatchObject({
      name: "garden",
      embedding_model: "echo/hash-256",
      chunk_spec: { max_chars: 1000, overlap_chars: 50, separators: ["\n\n", "\n", ". ", "。", " ", "--\n"] },
    });
  });
});

describe("settings of a dataset", () => {
  it("rename it, and tell what it holds", async () => {
    const { requests } = open("/knowledge/ds_garden/settings", {
      "GET /api/v1/datasets/ds_garden/statistics": {
        ...statistics({ ready: 2, failed: 1 }),
        failures: [{ code: "no_text", documents: 1, example: "The document holds no text." }],
      },
      "GET /api/v1/datasets/ds_garden/fields": { fields: [{ name: "year", type: "number", documents: 2, examples: [2025, 2026] }] },
      "PATCH /api/v1/datasets/ds_garden": GARDEN,
    });
    await userEvent.type(await screen.findByLabelText("Name"), " 2");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved.");
    expect(await requests.find(({ method }) => method === "PATCH")?.json()).toEqual({ name: "garden 2" });

    await screen.findByText("The document holds no text.");
    screen.getByText(/Mend the file/);
    await screen.findByText("2025, 2026");
    expect(screen.getByRole("link", { name: "Failed 1" }).getAttribute("href")).toBe("/knowledge/ds_garden?status=failed");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("delete it once its name was typed", async () => {
    const { router, requests } = open("/knowledge/ds_garden/settings", {
      "DELETE /api/v1/datasets/ds_garden": () => new Response(null, { status: 204 }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Delete dataset" }));
    const dialog = within(await screen.findByRole("dialog"));
    const button = dialog.getByRole<HTMLButtonElement>("button", { name: "Delete dataset" });
    await userEvent.type(dialog.getByRole("textbox"), "garde");
    expect(button.disabled).toBe(true);
    await userEvent.type(dialog.getByRole("textbox"), "n");
    await userEvent.click(button);

    await waitFor(() => expect(router.state.location.pathname).toBe("/knowledge"));
    expect(requests.some(({ method }) => method === "DELETE")).toBe(true);
  });
});
