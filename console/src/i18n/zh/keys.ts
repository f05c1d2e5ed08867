import type { Messages } from "@/i18n/messages";

export const keys: Messages["keys"] = {
};
