import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Markdown } from "@/design";
import { Surroundings } from "@/test/Surroundings";
import { highlight, type CodeLanguage } from "./highlight";
import { safeUrl } from "./markdown-inline";
import { parseMarkdown } from "./markdown-parser";

function html(text: string): string {
  const { container } = render(
    <Surroundings>
      <Markdown text={text} />
    </Surroundings>,
  );
  return container.querySelector("[class*=markdown]")?.innerHTML.replaceAll(/ class="[^"]*"/g, "") ?? "";
}

describe("markdown", () => {
  it.each([
    ["plain *em* **strong** ~~old~~ `a*b*`", "<p>plain <em>em</em> <strong>strong</strong> <del>old</del> <code>a*b*</code></p>"],
    ["# Title #\ntext", "<p>Title</p><p>text</p>"],
    ["- a\n  - b\n- c", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"],
    ["3. a\n4. b", '<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>'],
    ["> a\n> b", "<blockquote><p>a\nb</p></blockquote>"],
    ["a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"],
    ["snake_case_name and 2*3*4", "<p>snake_case_name and 2*3*4</p>"],
    [String.raw`\*not\* <b>html</b>`, "<p>*not* &lt;b&gt;html&lt;/b&gt;</p>"],
    ["a  \nb", "<p>a<br>b</p>"],
  ])("draws %j", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it("links what is safe to open", () => {
    expect(html("[x](https://a.b/c_(d))")).toContain('href="https://a.b/c_(d)"');
    expect(html("see https://a.b/c.")).toContain('href="https://a.b/c"');
    expect(html("[x](javascript:alert(1))")).toBe("<p>[x](javascript:alert(1))</p>");
  });

  it.each(["javascript:alert(1)", " javascript:x", "data:text/html,x", "//evil.example", "/\\evil.example", "vbscript:x"])(
    "refuses %j",
    (url) => {
      expect(safeUrl(url)).toBeNull();
    },
  );

  it("draws tables", () => {
    expect(html("| a | b |\n|---|:-:|\n| 1 | x \\| y |\n| 2 |")).toContain("<td>x | y</td></tr><tr><td>2</td><td></td>");
  });

  it("keeps code as it is, also when its fence is never closed", () => {
    expect(parseMarkdown("```json\n{\"a\": 1}\n  - b")).toEqual([{ kind: "code", language: "json", text: '{"a": 1}\n  - b' }]);
  });

  it("reads hostile text in no time", () => {
    const began = performance.now();
    for (const text of ["*".repeat(20_000), "[".repeat(20_000), "`".repeat(20_000), "> ".repeat(5_000), "- ".repeat(5_000), "|".repeat(9_000) + "\n|-|"]) {
      parseMarkdown(text);
    }

    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("highlight", () => {
  it.each<[CodeLanguage, string]>([
    ["json", '{"a": "b", "n": -1.5e3, "t": true}'],
    ["yaml", "# c\na: 'x'\n- b: 2\n"],
    ["bash", 'curl -H "x" # y'],
    ["python", "def f(): # c\n  return 'x'"],
    ["javascript", "const a = `b ${1}`; // c"],
  ])("loses nothing of %s", (language, code) => {
    const pieces = highlight(code, language);

    expect(pieces.map(({ text }) => text).join("")).toBe(code);
    expect(pieces.some(({ kind }) => kind)).toBe(true);
  });
});
