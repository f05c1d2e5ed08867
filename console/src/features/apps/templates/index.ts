import { BookOpen, BotMessageSquare, FileText, Hand, MessagesSquare, Split, UserCheck, type LucideIcon } from "lucide-react";
import type { Language, PlainKey } from "@/i18n";

export type TemplateId = "greeting" | "assistant" | "knowledge" | "agent" | "triage" | "approval" | "text";

export interface Template {
  id: TemplateId;
  title: PlainKey;
  hint: PlainKey;
  icon: LucideIcon;
  /** What it needs beside the offline model, if anything. */
  needs?: PlainKey;
}

/** The starter documents; one YAML file a language beside this one. */
export const TEMPLATES: readonly Template[] = [
  { id: "greeting", title: "apps.templateGreeting", hint: "apps.templateGreetingHint", icon: Hand },
  { id: "assistant", title: "apps.templateAssistant", hint: "apps.templateAssistantHint", icon: MessagesSquare },
  { id: "knowledge", title: "apps.templateKnowledge", hint: "apps.templateKnowledgeHint", icon: BookOpen, needs: "apps.dataset" },
  { id: "agent", title: "apps.templateAgent", hint: "apps.templateAgentHint", icon: BotMessageSquare },
  { id: "triage", title: "apps.templateTriage", hint: "apps.templateTriageHint", icon: Split },
  { id: "approval", title: "apps.templateApproval", hint: "apps.templateApprovalHint", icon: UserCheck },
  { id: "text", title: "apps.templateText", hint: "apps.templateTextHint", icon: FileText },
];

const documents = import.meta.glob<string>("./*.yaml", { query: "?raw", import: "default" });

/** The text of a starter document, loaded when it is wanted. */
export async function templateText(id: TemplateId, language: Language): Promise<string> {
  const load = documents[`./${id}.${language}.yaml`];
  if (!load) throw new Error(`There is no template ${id} in ${language}.`);
  return load();
}
