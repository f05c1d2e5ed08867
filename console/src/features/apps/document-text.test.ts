import { describe, expect, it } from "vitest";
import { isOurs, nameIn, withName } from "./document-text";

const YAML = `# A comment
skep: 1
app:
  # who it is
  mode: chat
  name: 'It''s here' # said so
nodes:
  start: {type: start, title: "name: no"}
`;

describe("document text", () => {
  it("tells our documents from others", () => {
    expect(isOurs(YAML)).toBe(true);
    expect(isOurs('{"skep": 1, "app": {"name": "x"}}')).toBe(true);
    expect(isOurs("app:\n  name: x\nkind: app\nversion: 0.3.0")).toBe(false);
  });

  it.each([
    [YAML, "It's here"],
    ["skep: 1\napp:\n  name: plain words\n", "plain words"],
    ['skep: 1\napp:\n    name: "quoted \\"x\\""\n', 'quoted "x"'],
    ['{"skep": 1, "app": {"mode": "chat", "name": "json"}, "nodes": {}}', "json"],
    ["skep: 1\napp: {name: flow}\n", ""],
  ])("finds the name", (text, name) => {
    expect(nameIn(text)).toBe(name);
  });

  it("writes another name and leaves the rest", () => {
    const renamed = withName(YAML, 'New: "one"');

    expect(renamed).toBe(YAML.replace("'It''s here'", '"New: \\"one\\""'));
    expect(nameIn(renamed)).toBe('New: "one"');
  });

  it("renames JSON", () => {
    expect(withName('{"skep":1,"app":{"name":"a"},"nodes":{}}', "b")).toBe('{"skep":1,"app":{"name":"b"},"nodes":{}}');
  });
});
