import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, stubGateway } from "@/test/gateway";
import type { Feedback } from "./api";

const AT = "2026-01-01T00:00:00Z";
const THEIRS: Feedback = {
  id: "run_1.end_user",
  run_id: "run_1",
  app_id: "app_orders",
  conversation_id: "conv_1",
  rater: "end_user",
  rating: "bad",
  comment: "That is not what I asked.",
  correction: "",
  given_by: "ada",
  query: "Where is my parcel?",
  answer: "In Ulm.",
  created_at: AT,
  updated_at: AT,
};
const OURS: Feedback = { ...THEIRS, id: "run_1.team", rater: "team", rating: "bad", comment: "", given_by: "Grace" };
const list = <T,>(...items: T[]) => ({ items, next_cursor: null });

function open(address: string, ...said: Feedback[]) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/apps": list(app("orders")),
    "GET /api/v1/feedback": list(...said),
    "GET /api/v1/conversations/conv_1": { id: "conv_1", app_id: "app_orders", title: "Parcels", created_at: AT, updated_at: AT, messages: 1 },
    "GET /api/v1/conversations/conv_1/messages": list({ run_id: "run_1", query: "Where is my parcel?", answer: "In Ulm.", status: "succeeded", created_at: AT }),
    "GET /api/v1/conversations/conv_1/variables": {},
    "PUT /api/v1/runs/run_1/feedback": OURS,
    "DELETE /api/v1/runs/run_1/feedback": new Response(null, { status: 204 }),
  });
  const { element, router } = consoleAt(address);
  render(element);
  const sent = async () => {
    await waitFor(() => expect(gateway.requests.some(({ method }) => method === "PUT" || method === "DELETE")).toBe(true));
    const request = gateway.requests.find(({ method }) => method === "PUT" || method === "DELETE");
    return { method: request?.method, body: request?.method === "PUT" ? ((await request.json()) as unknown) : null };
  };
  return { router, sent, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("feedback in a conversation", () => {
  it("shows what the end user thinks, and lets the team rate", async () => {
    const { sent } = open("/conversations/conv_1", THEIRS);
    await screen.findByText("That is not what I asked.");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Bad" }));
    expect(await sent()).toEqual({ method: "PUT", body: { rating: "bad", comment: "", correction: "" } });
  });

  it("is taken back by rating the same again, unless there are words", async () => {
    const { sent } = open("/conversations/conv_1", OURS);
    const bad = await screen.findByRole("button", { name: "Bad" });
    await waitFor(() => expect(bad.getAttribute("aria-pressed")).toBe("true"));
    await userEvent.click(bad);
    expect((await sent()).method).toBe("DELETE");
  });

  it("keeps how an answer should have been", async () => {
    const { sent } = open("/conversations/conv_1", { ...OURS, comment: "Wrong town." });
    await screen.findByText("Wrong town.");
    await userEvent.click(screen.getByRole("button", { name: "Comment or correct" }));
    const dialog = within(screen.getByRole("dialog"));
    await userEvent.type(dialog.getByLabelText(/How it should have been/), "In Neu-Ulm.");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await sent()).toEqual({ method: "PUT", body: { rating: "bad", comment: "Wrong town.", correction: "In Neu-Ulm." } });
  });
});

describe("the list of feedback", () => {
  it("tells what was said of what, and is narrowed", async () => {
    const { router, requests } = open("/feedback", THEIRS, { ...OURS, correction: "In Neu-Ulm." });
    await screen.findByText("That is not what I asked.");
    screen.getByText("Corrected");
    expect(screen.getAllByRole("link", { name: "Where is my parcel?" })[0]?.getAttribute("href")).toBe("/runs/run_1");
    expect(await faultsOf(document.body)).toEqual([]);

    await userEvent.click(screen.getByRole("combobox", { name: "Rating" }));
    await userEvent.click(await screen.findByRole("option", { name: "Bad" }));
    await waitFor(() => expect(router.state.location.search).toBe("?rating=bad"));
    await waitFor(() => expect(requests.some(({ url }) => url.includes("rating=bad"))).toBe(true));
  });

  it("says when there is none", async () => {
    open("/feedback");
    await screen.findByText("Nobody has said anything yet");
  });
});
