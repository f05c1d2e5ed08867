import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import { upload } from "@/api/upload";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import type { Doc } from "../api/documents";
import { dataset, doc, list, statistics } from "../testing";
import { documentUploads } from "../uploads/document-uploads";

vi.mock("@/api/upload", () => ({ upload: vi.fn() }));

const PATH = "/api/v1/datasets/ds_garden";
const SOIL = doc("soil.md");
const BROKEN = doc("broken.pdf", { status: "failed", error: "The PDF is damaged.", error_code: "document_damaged" });
const LOST = doc("lost.md", { status: "failed", error: "The worker was lost.", error_code: "worker_lost" });

function open(documents: Doc[], routes: Record<string, unknown> = {}, address = "/knowledge/ds_garden", me: object = ME) {
  const gateway = stubGateway({
    "GET /api/v1/me": me,
    [`GET ${PATH}`]: dataset("garden"),
    [`GET ${PATH}/documents`]: list(documents),
    [`GET ${PATH}/statistics`]: statistics({ ready: documents.length }),
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

const row = async (name: string) => within((await screen.findByRole("link", { name })).closest("tr") as HTMLElement);

afterEach(() => {
  documentUploads.clear("ds_garden");
  vi.unstubAllGlobals();
});

describe("documents", () => {
  it("say why they failed and what to do about it", async () => {
    const { requests } = open([SOIL, BROKEN, LOST], { [`POST ${PATH}/documents/doc_lost.md/retries`]: LOST });
    const broken = await row("broken.pdf");
    broken.getByText("The PDF is damaged.");
    broken.getByText(/upload it again under the same name/);
    expect(broken.queryByRole("button", { name: "Try again" })).toBeNull();
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.click((await row("lost.md")).getByRole("button", { name: "Try again" }));

    await waitFor(() => expect(requests.some(({ url }) => url.endsWith("/doc_lost.md/retries"))).toBe(true));
  });

  it("say what was left out of them", async () => {
    open([doc("scan.pdf", { note: "Not read, for there is a picture and no text: page 2." })]);
    (await row("scan.pdf")).getByText(/page 2/);
  });

  it("may be pictures, of the formats that are named where files are dropped", async () => {
    open([]);
    const hint = (await screen.findByText(/1 GiB/)).textContent;
    for (const format of ["PNG", "JPEG", "GIF", "WebP"]) expect(hint).toContain(format);
  });

  it("are read again until they are settled", async () => {
    let reads = 0;
    const at = (done: number): Doc => doc("long.pdf", done < 8 ? { status: "indexing", chunks_done: done, chunks_total: 8 } : { chunks_done: 8 });
    open([], {
      [`GET ${PATH}/documents`]: () => {
        reads += 1;
        return list([at(reads * 4)]);
      },
    });
    await screen.findByText("4 / 8");
    expect(screen.getByRole("progressbar", { name: "Indexing of long.pdf" }).getAttribute("aria-valuenow")).toBe("50");

    await screen.findByText("8 chunks", {}, { timeout: 8_000 });
  });

  it("are narrowed by status and name, in the address", async () => {
    const { router, requests } = open([SOIL, BROKEN], {}, "/knowledge/ds_garden?status=failed");
    await screen.findByRole("link", { name: "broken.pdf" });
    expect(requests.some(({ url }) => url.endsWith("/documents?limit=100&status=failed"))).toBe(true);
    await userEvent.type(screen.getByRole("searchbox"), "zzz");

    await userEvent.click(await screen.findByRole("button", { name: "Clear filters" }));

    await screen.findByRole("link", { name: "soil.md" });
    expect(router.state.location.search).toBe("");
  });

  it("are switched off, paused and deleted", async () => {
    const running = doc("long.pdf", { status: "parsing", chunks_total: null, chunks_done: 0 });
    const { requests } = open([SOIL, running], {
      [`PATCH ${PATH}/documents/doc_soil.md`]: SOIL,
      [`POST ${PATH}/documents/doc_long.pdf/pauses`]: running,
      [`DELETE ${PATH}/documents/doc_soil.md`]: () => new Response(null, { status: 204 }),
    });
    await userEvent.click((await row("soil.md")).getByRole("switch", { name: "soil.md is found" }));
    await waitFor(async () => expect(await requests.find(({ method }) => method === "PATCH")?.clone().json()).toEqual({ enabled: false }));

    await userEvent.click(screen.getByRole("button", { name: "More actions: long.pdf" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Pause indexing" }));
    await waitFor(() => expect(requests.some(({ url }) => url.endsWith("/doc_long.pdf/pauses"))).toBe(true));

    await userEvent.click(screen.getByRole("button", { name: "More actions: soil.md" }));
    expect(screen.queryByRole("menuitem", { name: "Pause indexing" })).toBeNull();
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    await screen.findByText("soil.md is being deleted.");
  });

  it("are changed together; one that is refused keeps no other from it", async () => {
    const { requests } = open([SOIL, BROKEN], {
      [`DELETE ${PATH}/documents/doc_soil.md`]: () => problem(503, "unavailable", { title: "Not now" }),
      [`DELETE ${PATH}/documents/doc_broken.pdf`]: () => new Response(null, { status: 204 }),
    });
    await userEvent.click(await screen.findByRole("checkbox", { name: "Select all" }));
    screen.getByText("2 selected");
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));

    await screen.findByText("1 document was changed.");
    await screen.findByText("Not now");
    expect(requests.filter(({ method }) => method === "DELETE")).toHaveLength(2);
  });

  it("get fields of their kinds", async () => {
    const { requests } = open([doc("soil.md", { metadata: { season: "spring" } })], { [`PATCH ${PATH}/documents/doc_soil.md`]: SOIL });
    await userEvent.click(await screen.findByRole("button", { name: "More actions: soil.md" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Edit name and metadata" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Add field" }));
    await userEvent.type(dialog.getAllByLabelText("Field")[1] as HTMLElement, "year");
    await userEvent.click(dialog.getAllByRole("combobox", { name: "Type" })[1] as HTMLElement);
    await userEvent.click(await screen.findByRole("option", { name: "Number" }));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await dialog.findByText("This is no number.");
    await userEvent.type(dialog.getAllByLabelText("Value")[1] as HTMLElement, "2026");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));

    await screen.findByText("Saved.");
    expect(await requests.find(({ method }) => method === "PATCH")?.json()).toEqual({ metadata: { year: 2026 } });
  });

  it("can only be looked at by those who may not write", async () => {
    open([SOIL], {}, "/knowledge/ds_garden", { ...ME, scopes: ["datasets:read"] });
    await screen.findByRole("link", { name: "soil.md" });
    expect(screen.queryByRole("switch")).toBeNull();
    expect(screen.queryByRole("button", { name: "Upload files" })).toBeNull();
  });
});

describe("adding documents", () => {
  it("uploads many; one that fails stops no other", async () => {
    vi.mocked(upload).mockImplementation((_, __, name) =>
      name === "bad.md"
        ? Promise.reject(new ApiProblem({ status: 503, title: "Not now", detail: "Come back later." }))
        : Promise.resolve(doc(name, { status: "queued" })),
    );
    open([SOIL]);
    await screen.findByRole("link", { name: "soil.md" });
    const files = ["a.md", "bad.md", "b.md"].map((name) => new File(["x"], name));
    fireEvent.drop(screen.getByRole("table"), { dataTransfer: { types: ["Files"], files } });

    await screen.findByText("2 uploaded, 1 failed");
    const panel = within(screen.getByRole("region", { name: "Uploads" }));
    panel.getByText("Come back later.");
    expect(await faultsOf(document.body)).toEqual([]);
    vi.mocked(upload).mockResolvedValue(doc("bad.md", { status: "ready" }));
    await userEvent.click(panel.getByRole("button", { name: "Try again" }));

    await screen.findByText("3 files uploaded");
    panel.getByText(/there already/);
  });

  it("takes a text", async () => {
    const { requests } = open([], { [`POST ${PATH}/documents`]: () => Response.json(doc("notes.md", { status: "queued" }), { status: 202 }) });
    await userEvent.click(await screen.findByRole("button", { name: "Paste text" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Name"), "notes.md");
    await userEvent.type(dialog.getByLabelText("Text"), "Ferns want water.");
    await userEvent.click(dialog.getByRole("button", { name: "Add document" }));

    await screen.findByText("notes.md was added.");
    expect(await requests.find(({ method }) => method === "POST")?.json()).toEqual({ name: "notes.md", text: "Ferns want water." });
  });

  it("shows how a file would be split before it is added", async () => {
    vi.mocked(upload).mockResolvedValue({ id: "file_1", name: "soil.md" });
    const { requests } = open([SOIL], {
      [`POST ${PATH}/previews`]: {
        chunks: [{ id: "c1", seq: 0, text: "Heather wants sour soil.", heading_path: ["Soil"] }],
        total: 4,
        characters: 90,
        tokens: 25,
        cost_usd: 0.0002,
        embedding_model: "echo/hash-256",
      },
      [`POST ${PATH}/documents`]: () => Response.json(SOIL, { status: 202 }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Preview" }));
    fireEvent.change(await screen.findByLabelText(/Drop files here/), { target: { files: [new File(["x"], "soil.md")] } });
    await screen.findByText("Heather wants sour soil.");
    screen.getByText("≈ $0.0002");
    screen.getByText("and 3 more");
    await userEvent.clear(screen.getByLabelText("Chunk size"));
    await userEvent.type(screen.getByLabelText("Chunk size"), "300");
    screen.getByText(/Only tried here/);
    expect(await faultsOf(document.body)).toEqual([]);
    await waitFor(async () => {
      const last = requests.filter(({ url }) => url.endsWith("/previews")).at(-1);
      expect(await last?.clone().json()).toMatchObject({ file_id: "file_1", chunk_spec: { max_chars: 300, overlap_chars: 100 } });
    });
    await userEvent.click(screen.getByRole("button", { name: "Add 1 document" }));

    await screen.findByText("1 document was added.");
    expect(await requests.find(({ url, method }) => method === "POST" && url.endsWith("/documents"))?.json()).toEqual({ file_id: "file_1" });
  });
});
