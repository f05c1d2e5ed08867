import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, stubGateway } from "@/test/gateway";
import type { Doc } from "../api/documents";
import { chunk, dataset, doc, list } from "../testing";

const PATH = "/api/v1/datasets/ds_garden/documents/doc_a";
const SOIL = chunk(0, "Heather wants sour soil.", { page: 1, heading_path: ["Soil"], start: 0, end: 24, keywords: ["erica"] });
const FERN = chunk(1, "Ferns want water.", { is_edited: true });

function open(document: Doc, routes: Record<string, unknown> = {}, hash = "") {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/datasets/ds_garden": dataset("garden"),
    [`GET ${PATH}`]: document,
    [`GET ${PATH}/chunks`]: list([SOIL, FERN]),
    ...routes,
  });
  const { element, router } = consoleAt(`/knowledge/ds_garden/documents/doc_a${hash}`);
  render(element);
  return { router, ...gateway };
}

const card = async (text: string) => within((await screen.findByText(text)).closest("li") as HTMLElement);

afterEach(() => vi.unstubAllGlobals());

describe("a document", () => {
  it("shows its chunks with their places", async () => {
    open(doc("a.md", { id: "doc_a" }));
    const soil = await card("Heather wants sour soil.");
    soil.getByText("Page 1");
    soil.getByText("Soil");
    soil.getByText("0–24");
    soil.getByText("erica");
    (await card("Ferns want water.")).getByText("Edited");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("finds the chunk of its address on a later page and marks it", async () => {
    const scroll = vi.spyOn(Element.prototype, "scrollIntoView");
    const late = chunk(70, "Moss wants shade.");
    open(
      doc("a.md", { id: "doc_a" }),
      { [`GET ${PATH}/chunks`]: (request: Request) => (request.url.includes("cursor=2") ? list([late]) : list([SOIL], "2")) },
      "#chunk-doc_a.1.70",
    );
    const found = (await screen.findByText("Moss wants shade.")).closest("li");
    await waitFor(() => expect(document.activeElement).toBe(found));
    expect(found?.getAttribute("aria-current")).toBe("true");
    expect(scroll).toHaveBeenCalled();
  });

  it("says when the chunk of its address is gone", async () => {
    open(doc("a.md", { id: "doc_a" }), {}, "#chunk-doc_a.0.9");
    await screen.findByText(/is not there any more/);
  });

  it("edits a chunk where it is, and sends only what is new", async () => {
    const { requests } = open(doc("a.md", { id: "doc_a" }), {
      [`PATCH ${PATH}/chunks/doc_a.1.1`]: { ...FERN, text: "Ferns want rain.", keywords: ["moss"] },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Edit chunk 2" }));
    const text = screen.getByLabelText("Text");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.clear(text);
    await userEvent.type(text, "Ferns want rain.");
    await userEvent.type(screen.getByRole("textbox", { name: "Keywords" }), "moss{Enter}");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    await screen.findByText("The chunk was saved.");
    (await card("Ferns want rain.")).getByText("moss");
    expect(await requests.find(({ method }) => method === "PATCH")?.json()).toEqual({ text: "Ferns want rain.", keywords: ["moss"] });
  });

  it("switches a chunk off, adds one, deletes one", async () => {
    const { requests } = open(doc("a.md", { id: "doc_a" }), {
      [`PATCH ${PATH}/chunks/doc_a.1.0`]: { ...SOIL, enabled: false },
      [`POST ${PATH}/chunks`]: () => Response.json(chunk(2, "Orchids like mist."), { status: 201 }),
      [`DELETE ${PATH}/chunks/doc_a.1.1`]: () => new Response(null, { status: 204 }),
    });
    await userEvent.click(await screen.findByRole("switch", { name: "Chunk 1 is found" }));
    await waitFor(() => expect(screen.getByRole("switch", { name: "Chunk 1 is found" }).getAttribute("aria-checked")).toBe("false"));

    await userEvent.click(screen.getByRole("button", { name: "Add chunk" }));
    const drawer = within(await screen.findByRole("dialog"));
    await userEvent.type(drawer.getByLabelText("Text"), "Orchids like mist.");
    await userEvent.click(drawer.getByRole("button", { name: "Add" }));
    await screen.findByText("Chunk 3 was added at the end.");
    expect(await requests.find(({ method }) => method === "POST")?.json()).toEqual({ text: "Orchids like mist.", keywords: [] });

    await userEvent.click(await screen.findByRole("button", { name: "Delete chunk 2" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.queryByText("Ferns want water.")).toBeNull());
  });

  it("changes nothing while it is not ready", async () => {
    open(doc("a.md", { id: "doc_a", status: "queued", chunks_done: 0, chunks_total: null }), { [`GET ${PATH}/chunks`]: list([]) });
    await screen.findByText("They appear here once the document is indexed.");
    expect(screen.queryByRole("button", { name: "Add chunk" })).toBeNull();
  });

  it("saves its fields beside the chunks", async () => {
    const { requests } = open(doc("a.md", { id: "doc_a", metadata: { wet: true, year: 2026 } }), { [`PATCH ${PATH}`]: doc("a.md") });
    await userEvent.click(await screen.findByRole("button", { name: "Remove: year" }));
    await userEvent.click(screen.getByRole("combobox", { name: "Value" }));
    await userEvent.click(await screen.findByRole("option", { name: "No" }));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    await screen.findByText("Saved.");
    expect(await requests.find(({ method }) => method === "PATCH")?.json()).toEqual({ metadata: { year: null, wet: false } });
  });
});
