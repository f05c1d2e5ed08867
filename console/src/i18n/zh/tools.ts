import type { Messages } from "@/i18n/messages";

export const tools: Messages["tools"] = {
};
