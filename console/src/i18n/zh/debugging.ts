import type { Messages } from "@/i18n/messages";

export const debugging: Messages["debugging"] = {
};
