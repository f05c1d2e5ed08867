import type { WorkflowNode } from "@/canvas/model/document";
import { isObject, type Json } from "@/canvas/model/json";
import type { Translate } from "@/i18n";

/** What people call a port: the label or name of the part of the settings that it belongs to. */
export function portLabel(node: WorkflowNode, port: string, t: Translate): string {
  if (port === "failed") return t("canvas.portFailed");
  for (const value of Object.values(node.settings ?? {})) {
    const part = Array.isArray(value) ? value.find((item) => isObject(item) && item["id"] === port) : undefined;
    const name = isObject(part) ? (textOf(part["label"]) ?? textOf(part["name"])) : undefined;
    if (name) return name;
  }
  return port;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
