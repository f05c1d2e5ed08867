import type { InstalledTool, Toolkit, ToolkitTool } from "./api";

/** Things for tests, as the gateway sends them. */
export const KINDS = {
  items: [
    {
      name: "mcp",
      title: "MCP server",
      description: "Speaks MCP.",
      has_sign_in: true,
      settings_schema: {
        type: "object",
        properties: {
          url: { type: "string", title: "Address" },
          token: { type: "string", title: "Token", writeOnly: true },
          headers: { type: "object", title: "Headers", writeOnly: true, additionalProperties: { type: "string" } },
        },
        required: ["url"],
      },
    },
    {
      name: "openapi",
      title: "API with OpenAPI",
      description: "Operations.",
      has_sign_in: false,
      settings_schema: {
        type: "object",
        properties: {
          document: { type: "string", title: "OpenAPI document", format: "textarea", maxLength: 350_000 },
          document_url: { type: "string", title: "Address of the document", format: "uri" },
        },
      },
    },
  ],
};

export function toolkit(name: string, more: Partial<Toolkit> = {}): Toolkit {
  return { id: `cred_${name}`, kind: "mcp", name, hints: { url: `https://${name}.example/mcp`, token: "…abcd" }, sign_in: "none", created_at: "2026-01-01T00:00:00Z", ...more };
}

export function toolkitTool(name: string, more: Partial<ToolkitTool> = {}): ToolkitTool {
  return { name, title: name, description: `Does ${name}.`, parameters: { type: "object", properties: {} }, repeatable: true, ...more };
}

export function installedTool(name: string, more: Partial<InstalledTool> = {}): InstalledTool {
  return {
    ...toolkitTool(name),
    timeout_s: 30,
    credential_provider: null,
    credential_schema: {},
    needs_credential: false,
    is_usable: true,
    ...more,
  };
}
