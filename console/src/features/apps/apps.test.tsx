import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { app, ME, problem, stubGateway } from "@/test/gateway";

const TAGS = { items: [{ tag: "first", apps: 1 }], next_cursor: null };
const GREETING = app("Greeting", { tags: ["first"], published: { version: "v", number: 3, at: "2026-01-01T00:00:00Z" } });

function open(routes: Record<string, unknown>, address = "/apps") {
  const gateway = stubGateway({ "GET /api/v1/me": ME, "GET /api/v1/app-tags": TAGS, ...routes });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

function choose(file: File): void {
  fireEvent.change(screen.getByLabelText(/Drop a file here/), { target: { files: [file] } });
}

afterEach(() => vi.unstubAllGlobals());

describe("apps", () => {
  it("keeps what is looked for in the address", async () => {
    const { router, requests } = open({ "GET /api/v1/apps": { items: [GREETING], next_cursor: null } });
    await userEvent.type(await screen.findByRole("searchbox"), "greet");
    await userEvent.click(await screen.findByRole("button", { name: "first" }));

    await waitFor(() => expect(requests.at(-1)?.url).toContain("sort=updated&limit=60&search=greet&tag=first"));
    expect(router.state.location.search).toBe("?search=greet&tag=first");
  });

  it("tells an empty list from one that nothing fits", async () => {
    const { router } = open({ "GET /api/v1/apps": { items: [], next_cursor: null } });
    await screen.findByRole("heading", { name: "No apps yet" });

    await router.navigate("/apps?search=zzz");

    await userEvent.click(await screen.findByRole("button", { name: "Clear filters" }));
    await screen.findByRole("heading", { name: "No apps yet" });
  });

  it("says why the list cannot be read, and tries again", async () => {
    let isBroken = true;
    open({
      "GET /api/v1/apps": () => (isBroken ? problem(403, "forbidden", { title: "Not allowed" }) : { items: [GREETING], next_cursor: null }),
    });
    await screen.findByRole("heading", { name: "Not allowed" });
    isBroken = false;

    await userEvent.click(screen.getByRole("button", { name: "Try again" }));

    await screen.findByRole("link", { name: "Greeting" });
  });

  it("creates from a template, under a name that is free", async () => {
    let tries = 0;
    const { router, requests } = open({
      "GET /api/v1/apps": { items: [], next_cursor: null },
      "POST /api/v1/apps": () => {
        tries += 1;
        return tries === 1 ? problem(409, "name_taken", { detail: "Another app has that name already." }) : { ...app("x"), issues: [] };
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "New app" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("radio", { name: /Message triage/ }));
    await userEvent.click(dialog.getByRole("button", { name: "Create app" }));
    await dialog.findByText("Another app has that name already.");
    await userEvent.type(dialog.getByLabelText("Name"), "Triage: mine");
    await userEvent.click(dialog.getByRole("button", { name: "Create app" }));

    await waitFor(() => expect(router.state.location.pathname).toBe("/apps/app_x"));
    const sent = await requests.filter((request) => request.method === "POST").at(-1)?.text();
    expect(sent).toContain('name: "Triage: mine"');
    expect(sent).toContain("type: question-classifier");
  });

  it("shows what an import gives before it is done", async () => {
    const report = [
      { pointer: "/a", part: "llm “Summarise”", outcome: "carried", node: "llm", remarks: [] },
      { pointer: "/b", part: "code “Old”", outcome: "left_out", node: null, remarks: [{ pointer: "/b", outcome: "left_out", message: "Runs nowhere here." }] },
    ];
    const made = { format: "dify", source: "Dify 0.3.1, workflow", document: { app: { name: "Old flow" } }, issues: [{ pointer: "/x", message: "m" }], report };
    const { router, requests } = open({
      "GET /api/v1/apps": { items: [], next_cursor: null },
      "POST /api/v1/imports": (request: Request) => ({ ...made, app: request.url.includes("dry_run") ? null : app("Old flow") }),
    });
    await userEvent.click((await screen.findAllByRole("button", { name: "Import" }))[0] as HTMLElement);
    await screen.findByRole("dialog");
    choose(new File(["kind: app\nversion: 0.3.1\n"], "old.yml"));

    await screen.findByText("Dify 0.3.1, workflow");
    expect(screen.getByText("Runs nowhere here.")).toBeTruthy();
    expect(screen.getByText("1 thing keeps it from running until you settle it on the canvas.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Import app" }));

    await waitFor(() => expect(router.state.location.pathname).toBe("/apps/app_Old flow"));
    const last = requests.filter((request) => request.url.endsWith("/imports")).at(-1);
    expect(await last?.json()).toEqual({ content: "kind: app\nversion: 0.3.1\n", name: "Old flow" });
  });

  it("takes a document of ours as it is", async () => {
    const { requests } = open({
      "GET /api/v1/apps": { items: [], next_cursor: null },
      "POST /api/v1/workflow-checks": { ok: true, name: "mine", errors: [] },
      "POST /api/v1/apps": { ...app("mine 2"), issues: [] },
    });
    await userEvent.click((await screen.findAllByRole("button", { name: "Import" }))[0] as HTMLElement);
    await screen.findByRole("dialog");
    choose(new File(["skep: 1\napp:\n  name: mine\nnodes: {}\n"], "mine.yaml"));
    const name = await screen.findByLabelText("Name");
    await userEvent.type(name, " 2");
    await userEvent.click(screen.getByRole("button", { name: "Import app" }));

    await waitFor(async () => {
      const created = requests.find((request) => request.method === "POST" && request.url.endsWith("/apps"));
      expect(await created?.clone().text()).toBe('skep: 1\napp:\n  name: "mine 2"\nnodes: {}\n');
    });
  });

  it("edits name and tags, duplicates and deletes", async () => {
    const { requests } = open({
      "GET /api/v1/apps": { items: [GREETING], next_cursor: null },
      "PATCH /api/v1/apps/app_Greeting": { ...GREETING, issues: [] },
      "POST /api/v1/apps/app_Greeting/copies": { ...app("Greeting 2"), issues: [] },
      "DELETE /api/v1/apps/app_Greeting": () => new Response(null, { status: 204 }),
    });
    const menu = async (item: string) => {
      await userEvent.click(await screen.findByRole("button", { name: "More actions" }));
      await userEvent.click(await screen.findByRole("menuitem", { name: item }));
    };
    await menu("Edit");
    await userEvent.type(await screen.findByLabelText(/Tags/), "second{Enter}");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved.");
    await menu("Duplicate");
    await screen.findByText("Greeting 2 was created as a copy.");
    await menu("Delete");
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    await screen.findByText("Greeting was deleted.");

    const patch = requests.find((request) => request.method === "PATCH");
    expect(await patch?.json()).toEqual({ tags: ["first", "second"] });
    expect(patch?.headers.get("x-skep-csrf")).toBe("csrf");
    expect(requests.some((request) => request.method === "DELETE")).toBe(true);
  });
});
