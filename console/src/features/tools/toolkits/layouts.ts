import type { ObjectSchema } from "@/design";
import type { PlainKey } from "@/i18n";

/** One of several ways to say something, such as how to sign in. */
export interface Way {
  value: string;
  label: PlainKey;
  names: readonly string[];
  /** Those of its fields that cannot be left empty. */
  needs: readonly string[];
}

export type Block = { names: readonly string[] } | { id: string; label: PlainKey; ways: readonly Way[] };

export interface Layout {
  blocks: readonly Block[];
  /** What is seldom set, behind a fold. */
  more: readonly string[];
}

const NO_ACCESS: Way = { value: "none", label: "tools.access_none", names: [], needs: [] };
const TOKEN: Way = { value: "token", label: "tools.access_token", names: ["token"], needs: ["token"] };

/** The kinds that we know well enough to ask in an order that makes sense. */
const KNOWN: Record<string, readonly Block[]> = {
  mcp: [
    { names: ["url"] },
    {
      id: "access",
      label: "tools.access",
      ways: [
        NO_ACCESS,
        TOKEN,
        {
          value: "oauth",
          label: "tools.access_oauth",
          names: ["oauth_token_url", "oauth_client_id", "oauth_client_secret", "oauth_scope"],
          needs: ["oauth_token_url", "oauth_client_id", "oauth_client_secret"],
        },
      ],
    },
  ],
  openapi: [
    {
      id: "source",
      label: "tools.source",
      ways: [
        { value: "address", label: "tools.source_address", names: ["document_url"], needs: ["document_url"] },
        { value: "text", label: "tools.source_text", names: ["document"], needs: ["document"] },
      ],
    },
    { names: ["server_url"] },
    {
      id: "access",
      label: "tools.access",
      ways: [
        NO_ACCESS,
        TOKEN,
        {
          value: "key",
          label: "tools.access_key",
          names: ["api_key_name", "api_key_in", "api_key_secret"],
          needs: ["api_key_name", "api_key_secret"],
        },
        { value: "basic", label: "tools.access_basic", names: ["username", "password_secret"], needs: ["username"] },
      ],
    },
  ],
};

const FEW = 6;

/** Returns how the form of a kind is arranged; what no block names comes last. */
export function layoutOf(kind: string, schema: ObjectSchema): Layout {
  const names = Object.keys(schema.properties ?? {});
  const required = names.filter((name) => schema.required?.includes(name));
  const blocks = KNOWN[kind] ?? [{ names: names.length <= FEW ? names : required }];
  const placed = new Set(blocks.flatMap(namesOf));
  return { blocks, more: names.filter((name) => !placed.has(name)) };
}

export function namesOf(block: Block): readonly string[] {
  return "ways" in block ? block.ways.flatMap((way) => way.names) : block.names;
}
