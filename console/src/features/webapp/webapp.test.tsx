import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TooltipProvider } from "@/design";
import { faultsOf } from "@/test/axe";
import { problem, stubGateway } from "@/test/gateway";
import type { Site, SiteRun } from "./api/types";
import { SitePage } from "./SitePage";

const LOOK: Site["look"] = { title: "", description: "", greeting: "Welcome.", suggestions: ["When is breakfast?"], color: "#0f766e", theme: "light", language: "en", disclaimer: "May be wrong." };
const CHAT: Site = { mode: "chat", title: "Concierge", description: "", look: LOOK, fields: [], is_ready: true };
const FORM: Site = { ...CHAT, mode: "workflow", title: "Namer", fields: [{ name: "thing", label: "What is it?", type: "text", required: true }] };
const RUN: SiteRun = { id: "run_1", status: "succeeded", conversation_id: "conv_1", answer: "At **seven**.", outputs: {}, form_url: null };

/** A stream of server-sent events. */
function events(...list: [name: string, data: unknown][]): Response {
  const text = list.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

const WHOLE = () => events(["run", { id: "run_1", conversation_id: "conv_1" }], ["text", { offset: 0, text: "At **se" }], ["text", { offset: 7, text: "ven**." }], ["end", RUN]);

function open(site: Site, routes: Record<string, unknown> = {}) {
  const gateway = stubGateway({
    "GET /api/v1/sites/abc": site,
    "POST /api/v1/sites/abc/visitors": { visitor: "v1" },
    "POST /api/v1/sites/abc/runs": WHOLE,
    "PUT /api/v1/sites/abc/runs/run_1/feedback": { rating: "good", comment: "" },
    ...routes,
  });
  const shown = render(
    <TooltipProvider>
      <SitePage slug="abc" isEmbedded={false} />
    </TooltipProvider>,
  );
  return { ...shown, ...gateway };
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe("a chat page", () => {
  it("greets, answers as the app does, and takes what the visitor thinks of it", async () => {
    const { requests } = open(CHAT);
    await screen.findByText("Welcome.");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "When is breakfast?" }));
    expect((await screen.findByText("seven")).tagName).toBe("STRONG");
    const good = await screen.findByRole("button", { name: "Good answer" });
    await userEvent.click(good);
    await waitFor(() => expect(good.getAttribute("aria-pressed")).toBe("true"));

    const run = requests.find(({ url }) => url.endsWith("/runs"));
    expect(run?.headers.get("X-Skep-Visitor")).toBe("v1");
    expect(await run?.json()).toEqual({ inputs: {}, query: "When is breakfast?" });
    const rated = requests.find(({ url }) => url.endsWith("/feedback"));
    expect(await rated?.json()).toEqual({ rating: "good" });
  });

  it("shows a rating as it was when it could not be sent, also later", async () => {
    const { requests } = open(CHAT, { "PUT /api/v1/sites/abc/runs/run_1/feedback": problem(503, "unavailable") });
    await userEvent.click(await screen.findByRole("button", { name: "When is breakfast?" }));
    const bad = await screen.findByRole("button", { name: "Bad answer" });
    await userEvent.click(bad);
    await waitFor(() => expect(requests.some(({ url }) => url.endsWith("/feedback"))).toBe(true));
    await waitFor(() => expect(bad.getAttribute("aria-pressed")).toBe("false"));
    expect(localStorage.getItem("skep.site.rating.run_1")).toBeNull();
  });

  it("sends a rating again, once the page is opened again, that did not reach the gateway", async () => {
    const lost = () => Promise.reject(new TypeError("Failed to fetch"));
    const first = open(CHAT, { "PUT /api/v1/sites/abc/runs/run_1/feedback": lost });
    await userEvent.click(await screen.findByRole("button", { name: "When is breakfast?" }));
    await userEvent.click(await screen.findByRole("button", { name: "Bad answer" }));
    await waitFor(() => expect(first.requests.some(({ url }) => url.endsWith("/feedback"))).toBe(true));
    first.unmount();

    const { requests } = open(CHAT);
    expect((await screen.findByRole("button", { name: "Bad answer" })).getAttribute("aria-pressed")).toBe("true");
    await waitFor(() => expect(localStorage.getItem("skep.site.unsent.run_1")).toBeNull());
    expect(await requests.find(({ url }) => url.endsWith("/feedback"))?.json()).toEqual({ rating: "bad" });
  });

  it("keeps conversations in the browser, and goes on with them", async () => {
    const first = open(CHAT);
    await userEvent.type(await screen.findByRole("textbox"), "First?{enter}");
    await screen.findByText("seven");
    first.unmount();

    const { requests } = open(CHAT);
    await screen.findByText("seven");
    await userEvent.type(screen.getByRole("textbox"), "And then?{enter}");
    await waitFor(() => expect(requests.some(({ url }) => url.endsWith("/runs"))).toBe(true));
    expect(await requests.find(({ url }) => url.endsWith("/runs"))?.json()).toMatchObject({ conversation_id: "conv_1" });
  });

  it("asks for the end of an answer whose connection broke", async () => {
    open(CHAT, {
      "POST /api/v1/sites/abc/runs": () => events(["run", { id: "run_1", conversation_id: "conv_1" }], ["text", { offset: 0, text: "At **se" }]),
      "GET /api/v1/sites/abc/runs/run_1": RUN,
    });
    await userEvent.click(await screen.findByRole("button", { name: "When is breakfast?" }));
    await screen.findByText("seven");
    await screen.findByRole("button", { name: "Good answer" });
  });

  it("says that one has to wait, and lets one go on then", async () => {
    open(CHAT, { "POST /api/v1/sites/abc/runs": problem(429, "rate_limited", { retry_after_s: 30 }) });
    await userEvent.click(await screen.findByRole("button", { name: "When is breakfast?" }));
    await screen.findByText(/You can go on in \d+ seconds/);
  });

  it("becomes another visitor when the gateway does not know this one any more", async () => {
    localStorage.setItem("skep.site.abc.visitor", "old");
    let tries = 0;
    const { requests } = open(CHAT, {
      "POST /api/v1/sites/abc/runs": () => {
        tries += 1;
        return tries === 1 ? problem(401, "unknown_visitor") : WHOLE();
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "When is breakfast?" }));
    await screen.findByText("seven");
    expect(requests.filter(({ url }) => url.endsWith("/runs")).map(({ headers }) => headers.get("X-Skep-Visitor"))).toEqual(["old", "v1"]);
  });
});

describe("a form page", () => {
  it("names what is missing, then shows what comes of it", async () => {
    const { requests } = open(FORM, { "POST /api/v1/sites/abc/runs": () => events(["run", { id: "run_1", conversation_id: null }], ["end", { ...RUN, answer: null, outputs: { name: "Hive" } }]) });
    const run = await screen.findByRole("button", { name: "Run" });
    await userEvent.click(run);
    expect(requests.some(({ url }) => url.endsWith("/runs"))).toBe(false);
    await userEvent.type(screen.getByLabelText(/What is it\?/), "a house of bees");
    await userEvent.click(run);
    await screen.findByText("Hive");
    expect(await faultsOf(document.body)).toEqual([]);
    expect(await requests.find(({ url }) => url.endsWith("/runs"))?.json()).toEqual({ inputs: { thing: "a house of bees" } });
  });
});

it("says that there is no page, without a word about accounts", async () => {
  open(CHAT, { "GET /api/v1/sites/abc": problem(404, "unknown_site") });
  await screen.findByText("There is no page here");
});
