import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faultsOf } from "@/test/axe";
import { consoleAt } from "@/test/Console";
import { ME, problem, stubGateway } from "@/test/gateway";
import { KINDS, toolkit, toolkitTool } from "../testing";
import { leaving } from "./leaving";

function open(address: string, routes: Record<string, unknown>) {
  const gateway = stubGateway({
    "GET /api/v1/me": ME,
    "GET /api/v1/toolkit-kinds": KINDS,
    "GET /api/v1/toolkits": { items: [toolkit("github")] },
    "GET /api/v1/toolkits/cred_github/tools": { items: [toolkitTool("github__search")] },
    ...routes,
  });
  const { element, router } = consoleAt(address);
  render(element);
  return { router, ...gateway };
}

afterEach(() => vi.unstubAllGlobals());

describe("signing in to a toolkit", () => {
  it("leads to the other side, and says where to come back to", async () => {
    const left = vi.spyOn(leaving, "to").mockReturnValue();
    const { requests } = open("/tools/cred_github", { "POST /api/v1/toolkits/cred_github/sign-ins": { address: "https://github.example/authorize?x=1" } });
    await screen.findByText("Nobody has signed in");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(left).toHaveBeenCalledWith("https://github.example/authorize?x=1"));
    const sent = requests.find(({ url }) => url.endsWith("/sign-ins"));
    expect(await sent?.json()).toEqual({ redirect_uri: `${location.origin}/connected` });
  });

  it("says why it cannot be begun", async () => {
    open("/tools/cred_github", { "POST /api/v1/toolkits/cred_github/sign-ins": problem(422, "no_sign_in", { detail: "Nobody signs in there." }) });
    await userEvent.click(await screen.findByRole("button", { name: "Sign in" }));
    await screen.findByText("Nobody signs in there.");
  });

  it("takes over what was granted, once", async () => {
    const { router, requests } = open("/connected?code=c1&state=s1&iss=https%3A%2F%2Fgithub.example", {
      "POST /api/v1/toolkit-sign-ins": toolkit("github", { sign_in: "granted" }),
      "GET /api/v1/toolkits": { items: [toolkit("github", { sign_in: "granted" })] },
    });
    await waitFor(() => expect(router.state.location.pathname).toBe("/tools/cred_github"));
    await screen.findByText("Signed in to github.");
    await screen.findByText("Signed in");
    expect(await faultsOf(document.body)).toEqual([]);
    const sent = requests.filter(({ url }) => url.endsWith("/toolkit-sign-ins"));
    expect(sent).toHaveLength(1);
    expect(await sent[0]?.json()).toEqual({ state: "s1", code: "c1", iss: "https://github.example", error: "", error_description: "" });
  });

  it("tells when the other side did not agree, or nothing was granted", async () => {
    open("/connected?error=access_denied&state=s1", { "POST /api/v1/toolkit-sign-ins": problem(422, "sign_in_refused", { detail: "The other side did not agree: No." }) });
    await screen.findByText("The other side did not agree: No.");
    open("/connected", {});
    await screen.findByText(/There is nothing to take over/);
  });

  it("ends when somebody wants so, and is asked for again when it has ended there", async () => {
    const { requests } = open("/tools/cred_github", {
      "GET /api/v1/toolkits": { items: [toolkit("github", { sign_in: "granted" })] },
      "DELETE /api/v1/toolkits/cred_github/sign-ins": new Response(null, { status: 204 }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Sign out" }));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Sign out" }));
    await waitFor(() => expect(requests.some(({ method }) => method === "DELETE")).toBe(true));
  });
});
