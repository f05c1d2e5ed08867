import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";
import { recorded, recordedStream, type Recording } from "./model/recorded/read";
import type { RunStarted } from "./model";

const APPS = { items: [app("trip-notes", { id: "app_1" })], next_cursor: null };
const RUN = {
  id: "run_01K0ZZZZZZZZZZZZZZZZZZZZZZ",
  app_id: "app_1",
  version: "v",
  status: "failed",
  started_at: "2026-03-31T09:30:00Z",
  elapsed_s: 5.2,
  input_tokens: 1200,
  output_tokens: 300,
  cost_usd: 0.0042,
  via: "cli",
  problem: { code: "provider_failed", title: "An outside service failed", status: 502, detail: "It is away." },
};

function open(address: string, routes: Record<string, unknown>) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/apps": APPS,
    "GET /api/v1/node-types": { items: [] },
    ...routes,
  });
  const { element, router } = consoleAt(address);
  const { container } = render(element);
  return { container, router, ...gateway };
}

function idOf(name: Recording): string {
  return (recorded(name)[0] as RunStarted).run_id;
}

function openRun(name: Recording, { upTo, search = "", ...routes }: { upTo?: number; search?: string } & Record<string, unknown> = {}) {
  const id = idOf(name);
  return open(`/runs/${id}${search}`, { [`GET /api/v1/runs/${id}/events`]: () => recordedStream(name, upTo), ...routes });
}

afterEach(() => vi.unstubAllGlobals());

describe("the list of runs", () => {
  it("shows how runs went and what they took", async () => {
    const { container } = open("/runs", { "GET /api/v1/runs": { items: [RUN], next_cursor: null } });
    const row = await screen.findByRole("row", { name: /trip-notes/ });
    expect(within(row).getByText("Failed")).toBeTruthy();
    for (const text of ["It is away.", "Command line", "5.2 s", "1.5K", "$0.0042"]) within(row).getByText(text);
    expect(await faultsOf(container)).toEqual([]);
  });

  it("tells an empty list from one that nothing fits", async () => {
    const { router } = open("/runs", { "GET /api/v1/runs": { items: [], next_cursor: null } });
    await screen.findByRole("heading", { name: "Nothing has run yet" });
    await router.navigate("/runs?status=failed");
    await screen.findByRole("heading", { name: "No run fits these filters" });
  });

  it("asks the API to narrow it", async () => {
    const { requests } = open("/runs?status=failed&via=cli&endUser=ada", { "GET /api/v1/runs": { items: [], next_cursor: null } });
    await screen.findByRole("heading", { name: "No run fits these filters" });
    expect(requests.some(({ url }) => url.includes("status=failed&via=cli&end_user=ada"))).toBe(true);
  });

  it("finds a run by its id", async () => {
    open("/runs", {
      "GET /api/v1/runs": { items: [], next_cursor: null },
      [`GET /api/v1/runs/${RUN.id}`]: { ...RUN, nodes: [] },
    });
    await userEvent.type(await screen.findByRole("searchbox"), RUN.id);
    await screen.findByRole("row", { name: /trip-notes/ });
  });

  it("says why it cannot be read", async () => {
    open("/runs", { "GET /api/v1/runs": () => problem(403, "forbidden", { title: "Not allowed" }) });
    await screen.findByRole("heading", { name: "Not allowed" });
  });
});

describe("the page of a run", () => {
  it("draws nodes and rounds, and shows one that is chosen", async () => {
    const { router } = openRun("trip-notes");
    await userEvent.click(await screen.findByRole("button", { name: /weather/ }));
    const panel = await screen.findByRole("complementary", { name: "weather" });
    within(panel).getByText("The run went on with the node’s defaults.");
    within(panel).getByText("Attempt 3");
    expect(router.state.location.search).toBe("?node=weather");
  });

  it("goes from node to node by keyboard", async () => {
    const { router } = openRun("parcel-status");
    await screen.findByRole("button", { name: /greet/ });
    await userEvent.keyboard("jj");
    await screen.findByRole("complementary", { name: "greet" });
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(router.state.location.search).toBe(""));
  });

  it("says what failed and leads to it", async () => {
    const { container } = openRun("parcel-status");
    await screen.findByText("carrier failed");
    await userEvent.click(screen.getByRole("button", { name: "Show node" }));
    await screen.findByRole("complementary", { name: "carrier" });
    expect(await faultsOf(container)).toEqual([]);
  });

  it("shows the whole answer after a worker was lost", async () => {
    openRun("worker-lost", { search: "?tab=answer" });
    await screen.findByText(/the whole hive knew the way by morning\./);
  });

  it("says that there is no such run", async () => {
    open(`/runs/${RUN.id}`, {});
    await screen.findByRole("heading", { name: "There is nothing here" });
  });

  it("keeps what is known when the log has expired", async () => {
    open(`/runs/${RUN.id}`, {
      [`GET /api/v1/runs/${RUN.id}/events`]: () => problem(410, "run_log_expired"),
      [`GET /api/v1/runs/${RUN.id}`]: { ...RUN, nodes: [], outputs: {}, inputs: {} },
    });
    await screen.findByText("1,500");
    await screen.findByText("It is away.");
  });
});

describe("a run that waits", () => {
  const upTo = recorded("approved-reply").findIndex((event) => event.type === "run.paused") + 1;
  const id = idOf("approved-reply");

  it("is answered on its page", async () => {
    const bodies: unknown[] = [];
    const { container } = openRun("approved-reply", {
      upTo,
      [`POST /api/v1/runs/${id}/answers`]: async (request: Request) => {
        bodies.push(await request.json());
        return { run_id: id, place: "review", status: "accepted" };
      },
    });
    const reply = await screen.findByLabelText("Reply");
    await userEvent.clear(reply);
    await userEvent.click(screen.getByRole("button", { name: "Send it" }));
    await screen.findByText("This is needed.");
    await userEvent.type(reply, "Fine");
    await userEvent.click(screen.getByRole("button", { name: "Send it" }));
    await screen.findByText("Answered. The run goes on.");
    expect(bodies).toEqual([{ place: "review", answer: { action: "send", fields: { text: "Fine", note: null } } }]);
    expect(await faultsOf(container)).toEqual([]);
  });

  it("says when somebody else was quicker", async () => {
    openRun("approved-reply", {
      upTo,
      [`POST /api/v1/runs/${id}/answers`]: () => problem(409, "already_answered", { title: "Already answered", detail: "Somebody was quicker." }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Drop it" }));
    await screen.findByText("Somebody was quicker.");
  });
});
