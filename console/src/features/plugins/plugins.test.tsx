import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";

const has = (...names: string[]) => ({ answers: true, loaded: names.map((name) => ({ name, version: "1.0", groups: [] })) });
const PLUGINS = {
  items: [
    { name: "skep-model-one", version: "1.0", groups: ["skep.models"], at_run_time: false },
    { name: "skep-node-shout", version: "1.0", groups: ["skep.nodes", "skep.tools"], at_run_time: true },
    { name: "skep-parser-bad", version: "1.0", groups: ["skep.parsers"], at_run_time: true },
  ],
  services: { gateway: has("skep-model-one", "skep-node-shout"), ingest: { answers: false, loaded: [] } },
  failures: [{ service: "gateway", name: "skep-parser-bad", group: "skep.parsers", reason: "No module named 'olefile'." }],
};

function open(address: string, routes: Record<string, unknown> = {}) {
  const gateway = stubGateway({ "GET /api/v1/me": ME, "GET /api/v1/plugins": PLUGINS, ...routes });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("plugins", () => {
  it("are under what they add, with who has them and why they failed", async () => {
    open("/plugins");
    const nodes = within(await screen.findByRole("list", { name: "Node types" }));
    nodes.getByText("skep-node-shout");
    nodes.getByText("gateway");
    within(screen.getByRole("list", { name: "Tools" })).getByText("skep-node-shout");
    screen.getByText(/No module named 'olefile'/);
    screen.getByText("Does not answer");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("are narrowed to those that need attention, and found by name", async () => {
    const { router } = open("/plugins");
    await userEvent.click(await screen.findByRole("radio", { name: "Need attention (1)" }));
    await waitFor(() => expect(screen.queryByText("skep-model-one")).toBeNull());
    screen.getByText("skep-parser-bad");
    expect(router.state.location.search).toBe("?show=attention");

    await userEvent.type(screen.getByRole("searchbox"), "nothing");
    await screen.findByText("No plugin fits “nothing”");
  });

  it("that were added at run time are removed after a question", async () => {
    const { requests } = open("/plugins", {
      "DELETE /api/v1/plugins/skep-parser-bad": () => new Response(null, { status: 204 }),
    });
    await screen.findByText("skep-model-one");
    expect(screen.queryByRole("button", { name: "More actions for skep-model-one" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "More actions for skep-parser-bad" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Remove" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Remove" }));
    await screen.findByText("skep-parser-bad was removed.");
    expect(requests.some(({ method }) => method === "DELETE")).toBe(true);
  });

  it("say how another is installed, and why they cannot be read", async () => {
    let isBroken = true;
    open("/plugins", { "GET /api/v1/plugins": () => (isBroken ? problem(403, "forbidden", { title: "Not allowed" }) : PLUGINS) });
    await screen.findByRole("heading", { name: "Not allowed" });
    isBroken = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("skep-model-one");
    await userEvent.click(screen.getByRole("button", { name: "Install plugin" }));
    expect((await screen.findByRole("dialog")).textContent).toContain("skep plugin install ./skep-node-shout");
  });
});
