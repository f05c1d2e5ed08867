import { describe, expect, it } from "vitest";
import { DEFAULT_SPEC, draftOf, faultOf, specOf, type SpecDraft } from "./chunking";

const draft = (more: Partial<SpecDraft> = {}) => ({ ...draftOf(DEFAULT_SPEC), ...more });

describe("how texts are split", () => {
  it("comes back as it was sent", () => {
    const spec = {
      ...DEFAULT_SPEC,
      max_tokens: 200,
      clean: ["remove_urls" as const],
      children: { max_chars: 120, overlap_chars: 20 },
      questions: { count: 5, model: "echo/echo", instruction: "Be brief." },
      pictures: { model: "openai/gpt-4.1", instruction: "" },
    };
    expect(specOf(draftOf(spec))).toEqual(spec);
    expect(specOf(draft())).toEqual({ ...DEFAULT_SPEC, max_tokens: null, clean: [], children: null, questions: null, pictures: null });
  });

  it.each([
    [{ size: "19" }, "size"],
    [{ size: "1e3" }, "size"],
    [{ overlap: "501" }, "overlap"],
    [{ tokens: "9" }, "tokens"],
    [{ tokens: "many" }, "tokens"],
    [{ hasChildren: true, childSize: "1000" }, "childSize"],
    [{ hasChildren: true, childSize: "" }, "childSize"],
    [{ hasChildren: true, childOverlap: "126" }, "childOverlap"],
    [{ childSize: "" }, null],
    [{ tokens: " " }, null],
    [{ hasChildren: true }, null],
  ] as [Partial<SpecDraft>, string | null][])("%o has the fault %s", (changes, fault) => {
    expect(faultOf(draft(changes))).toBe(fault);
  });
});
