import { describe, expect, it } from "vitest";
import { heldOf, isComplete, isName, NOTHING, settingsOf, suggestName } from "./draft";

const text = { type: "string" };
const secret = { type: "string", writeOnly: true };
const MCP = {
  properties: { url: text, token: secret, headers: { type: "object", writeOnly: true }, oauth_token_url: text, oauth_client_id: text, oauth_client_secret: secret },
  required: ["url"],
};

describe("settings of a toolkit", () => {
  it("are those of the way in that was chosen", () => {
    const values = { url: "https://a.example/mcp", token: "t", oauth_client_id: "typed before" };
    const draft = { name: "a", values, ways: { access: "token" } };
    expect(settingsOf("mcp", MCP, draft, NOTHING)).toEqual({ url: "https://a.example/mcp", token: "t" });
    expect(isComplete("mcp", MCP, { ...draft, ways: { access: "oauth" } }, NOTHING)).toBe(false);
  });

  it("stay as they are where nothing was typed", () => {
    const held = heldOf(MCP, { url: "https://a.example/mcp", token: "…abcd" });
    const draft = { name: "a", values: held.values, ways: {} };
    expect(isComplete("mcp", MCP, draft, held)).toBe(true);
    expect(settingsOf("mcp", MCP, draft, held)).toEqual({});
    expect(settingsOf("mcp", MCP, { ...draft, values: { url: "https://b.example" } }, held)).toEqual({ url: "https://b.example" });
  });

  it("are taken out with the way in that they belong to", () => {
    const held = heldOf(MCP, { url: "https://a.example/mcp", token: "…abcd" });
    const draft = { name: "a", values: held.values, ways: { access: "none" } };
    expect(settingsOf("mcp", MCP, draft, held)).toEqual({ token: null });
  });
});

describe("names of toolkits", () => {
  it("are suggested from the address or the document", () => {
    const of = (values: Record<string, unknown>) => suggestName({ name: "", values, ways: {} });
    expect(of({ url: "https://mcp.linear.app/mcp" })).toBe("linear");
    expect(of({ url: "http://127.0.0.1:8080/mcp" })).toBe("local");
    expect(of({ document: '{"info": {"title": "Garden Shop"}}' })).toBe("garden-shop");
    expect(of({ url: "https" })).toBe("");
  });

  it("can begin the name of a tool", () => {
    expect(["github", "a-b_c", "x1"].every(isName)).toBe(true);
    expect(["", "-a", "a__b", "A", "a-"].some(isName)).toBe(false);
  });
});
