import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import type { Invitation, Member } from "./api";

const AT = "2026-01-01T00:00:00Z";
const ADA: Member = { id: "mem_1", email: "ada@example.org", name: "Ada Lovelace", role: "operator", created_at: AT };
const GRACE: Member = { id: "mem_2", email: "grace@example.org", name: "Grace Hopper", role: "viewer", created_at: AT };
const LINK: Invitation = {
  id: "inv_1",
  email: "joan@example.org",
  role: "editor",
  is_reset: false,
  invited_by: "Ada Lovelace",
  created_at: AT,
  expires_at: "2099-01-04T00:00:00Z",
};
const list = <T,>(...items: T[]) => ({ items, next_cursor: null });

function open(address: string, routes: Record<string, unknown> = {}) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/members": list(ADA, GRACE),
    "GET /api/v1/invitations": list(LINK),
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

const rowOf = async (name: string) => within((await screen.findByText(name)).closest("tr") ?? document.body);

afterEach(() => vi.unstubAllGlobals());

describe("members", () => {
  it("are shown with their roles, oneself marked, and with who is still invited", async () => {
    open("/members");
    const row = await rowOf("Grace Hopper");
    row.getByText("grace@example.org");
    expect(row.getByRole("combobox", { name: "Role" }).textContent).toBe("Viewer");
    (await rowOf("ada@example.org")).getByText("You");
    (await rowOf("joan@example.org")).getByText("Editor");
    expect(await faultsOf(document.body)).toEqual([]);
  });

  it("are invited with a link that is shown once", async () => {
    const made = { ...LINK, id: "inv_2", email: "new@example.org", token: "secret-token" };
    const { requests } = open("/members", { "POST /api/v1/invitations": made });
    await userEvent.click(await screen.findByRole("button", { name: "Invite" }));
    await userEvent.type(screen.getByLabelText(/E-mail address/), "new@example.org");
    await userEvent.click(screen.getByRole("radio", { name: /Viewer/ }));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Invite" }));

    await screen.findByText(`${location.origin}/join#secret-token`);
    const sent = requests.find((request) => request.method === "POST");
    expect(await sent?.json()).toEqual({ email: "new@example.org", role: "viewer" });
  });

  it("say why somebody cannot be invited", async () => {
    open("/members", { "POST /api/v1/invitations": problem(409, "member_exists", { detail: "Somebody with this address signs in here already." }) });
    await userEvent.click(await screen.findByRole("button", { name: "Invite" }));
    await userEvent.type(screen.getByLabelText(/E-mail address/), "ada@example.org");
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Invite" }));
    await screen.findByText("Somebody with this address signs in here already.");
  });

  it("are removed after asking", async () => {
    const { requests } = open("/members", { "DELETE /api/v1/members/mem_2": new Response(null, { status: 204 }) });
    await userEvent.click((await rowOf("Grace Hopper")).getByRole("button", { name: "More actions" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Remove" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(requests.some((request) => request.method === "DELETE")).toBe(true));
  });

  it("are not to be made operators by who is none", async () => {
    const scopes = ME.scopes.filter((scope) => scope !== "operator");
    open("/members", { "GET /api/v1/me": { ...ME, scopes } });
    const row = await rowOf("ada@example.org");
    expect(row.queryByRole("combobox")).toBeNull();
    row.getByText("Operator");
    await userEvent.click(screen.getByRole("button", { name: "Invite" }));
    expect(screen.queryByRole("radio", { name: /Operator/ })).toBeNull();
  });
});

describe("joining", () => {
  const opened = { tenant: "default", email: "joan@example.org", role: "editor", is_reset: false, invited_by: "Ada", name: null };
  const session = { id: "ses_2", token: "ses_x", csrf_token: "csrf", expires_at: AT, member: ME.member, tenant: ME.tenant };

  it("asks for a name and a password, then signs in", async () => {
    const { router, requests } = open("/join#the-token-of-the-link", {
      "POST /api/v1/invitations/openings": opened,
      "POST /api/v1/invitations/acceptances": session,
      "GET /api/v1/apps": list(),
    });
    await screen.findByText("Ada invited you.");
    await userEvent.type(screen.getByLabelText(/Your name/), "Joan");
    await userEvent.type(screen.getByLabelText(/Password/), "a long enough password");
    expect(await faultsOf(document.body)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Join" }));

    await waitFor(() => expect(router.state.location.pathname).toBe("/apps"));
    expect(router.state.location.hash).toBe("");
    const sent = requests.find((request) => request.url.endsWith("/acceptances"));
    expect(await sent?.json()).toEqual({ token: "the-token-of-the-link", password: "a long enough password", name: "Joan" });
  });

  it("sets a forgotten password without asking for a name", async () => {
    open("/join#the-token-of-the-link", { "POST /api/v1/invitations/openings": { ...opened, is_reset: true, name: "Joan" } });
    await screen.findByRole("heading", { name: "Set a new password" });
    expect(screen.queryByLabelText(/Your name/)).toBeNull();
  });

  it("says that a link is good no more, or that there is none", async () => {
    open("/join#the-token-of-the-link", { "POST /api/v1/invitations/openings": problem(404, "unknown_invitation") });
    await screen.findByText("This link is not good any more");
    open("/join");
    await screen.findByText("The address has no link in it");
  });
});
