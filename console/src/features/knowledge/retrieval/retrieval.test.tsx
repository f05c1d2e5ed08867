import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import { dataset, list } from "../testing";

const PATH = "/api/v1/datasets/ds_garden";
const HIT = {
  id: "doc_a.1.3",
  dataset_id: "ds_garden",
  dataset_name: "garden",
  document_id: "doc_a",
  document_name: "soil.pdf",
  seq: 3,
  text: "Heather wants sour soil.",
  score: 0.61,
  page: 2,
  heading_path: ["Soil"],
};

function open(searches: unknown, asked = "") {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/models": list([
      { provider: "echo", name: "overlap", reference: "echo/overlap", kind: "rerank", title: "Overlap", is_ready: true },
    ]),
    [`GET ${PATH}`]: dataset("garden"),
    [`POST ${PATH}/searches`]: searches,
  });
  const { element, router } = consoleAt(`/knowledge/ds_garden/retrieval${asked}`);
  render(element);
  return { router, ...gateway };
}

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe("retrieval test", () => {
  it("shows what is found, marked, with a way to its place", async () => {
    const { requests } = open({ chunks: [HIT], elapsed_s: 0.02 });
    await userEvent.type(await screen.findByLabelText("Question"), "sour soil?{Enter}");

    const link = await screen.findByRole("link", { name: "soil.pdf" });
    expect(link.getAttribute("href")).toBe("/knowledge/ds_garden/documents/doc_a#chunk-doc_a.1.3");
    expect([...document.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["sour", "soil"]);
    const hit = within(link.closest("li") as HTMLElement);
    hit.getByText("Page 2");
    hit.getByText("0.610");
    expect(await requests.find(({ method }) => method === "POST")?.json()).toEqual({
      query: "sour soil?",
      mode: "hybrid",
      top_k: 5,
      vector_weight: 0.5,
      score_threshold: null,
      rerank_model: null,
      fusion: "weights",
      expand: 0,
      rewording: null,
      distinct: false,
    });
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("shows again what was asked when one comes back", async () => {
    const { router, requests } = open({ chunks: [HIT] }, "?query=sour&mode=semantic&top_k=7");
    expect((await screen.findByLabelText<HTMLTextAreaElement>("Question")).value).toBe("sour");
    await userEvent.click(await screen.findByRole("link", { name: "soil.pdf" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/knowledge/ds_garden/documents/doc_a"));
    await router.navigate(-1);
    await screen.findByRole("link", { name: "soil.pdf" });

    const asked = requests.filter(({ method }) => method === "POST");
    expect(asked).toHaveLength(1);
    expect(await asked[0]?.json()).toMatchObject({ query: "sour", mode: "semantic", top_k: 7 });
  });

  it("asks as it is told, and remembers what was asked", async () => {
    const { requests } = open({ chunks: [] });
    await userEvent.click(await screen.findByRole("radio", { name: "Full text" }));
    await userEvent.clear(screen.getByLabelText("Results"));
    await userEvent.type(screen.getByLabelText("Results"), "0");
    screen.getByText("From 1 to 500.");
    await userEvent.type(screen.getByLabelText("Results"), "{Backspace}20");
    await userEvent.type(screen.getByLabelText("Least score"), "0.3");
    await userEvent.click(screen.getByRole("combobox", { name: "Rerank model" }));
    await userEvent.click(await screen.findByRole("option", { name: /Overlap/ }));
    await userEvent.type(screen.getByLabelText("Question"), "ferns");
    await userEvent.click(screen.getByRole("button", { name: "Search" }));
    await screen.findByRole("heading", { name: "Nothing was found" });
    await userEvent.clear(screen.getByLabelText("Question"));
    await userEvent.click(screen.getByRole("button", { name: "ferns" }));

    expect(screen.getByLabelText<HTMLTextAreaElement>("Question").value).toBe("ferns");
    const asked = requests.filter(({ method }) => method === "POST");
    expect(asked).toHaveLength(2);
    expect(await asked[1]?.json()).toMatchObject({ mode: "full_text", top_k: 20, score_threshold: 0.3, rerank_model: "echo/overlap" });
  });

  it("joins by ranks, widens hits and lets a model word the question", async () => {
    const { router, requests } = open({
      chunks: [{ ...HIT, text: "Heather wants\nsour soil.", first_seq: 2, last_seq: 4 }],
      wordings: ["acid ground"],
      notes: ["The model was slow."],
    });
    await userEvent.click(await screen.findByRole("radio", { name: "Ranks" }));
    await userEvent.clear(screen.getByLabelText("Neighbours"));
    await userEvent.type(screen.getByLabelText("Neighbours"), "11");
    screen.getByText("From 0 to 10.");
    await userEvent.type(screen.getByLabelText("Neighbours"), "{Backspace}");
    await userEvent.clear(screen.getByLabelText("Other wordings"));
    await userEvent.type(screen.getByLabelText("Other wordings"), "2");
    screen.getByRole("combobox", { name: "Model that words it" });
    await userEvent.click(screen.getByRole("switch", { name: "Leave out equal texts" }));
    expect(screen.getByLabelText<HTMLInputElement>("Weight of meaning").disabled).toBe(true);
    await userEvent.type(screen.getByLabelText("Question"), "soil{Enter}");

    await screen.findByText("#3–#5");
    screen.getByText("acid ground");
    screen.getByText("The model was slow.");
    expect(document.querySelector("ol p")?.textContent).toBe("Heather wants sour soil.");
    expect(await requests.find(({ method }) => method === "POST")?.json()).toMatchObject({
      fusion: "ranks",
      expand: 1,
      rewording: { count: 2, model: "default" },
      distinct: true,
    });
    expect(router.state.location.search).toBe("?query=soil&fusion=ranks&expand=1&wordings=2&distinct=true");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("says why nothing could be searched", async () => {
    open(() => problem(409, "dimensions_changed", { title: "The model changed" }));
    await userEvent.type(await screen.findByLabelText("Question"), "ferns{Enter}");
    await screen.findByText("The model changed");
  });
});
