import type { Messages } from "@/i18n/messages";

export const conversations: Messages["conversations"] = {
};
