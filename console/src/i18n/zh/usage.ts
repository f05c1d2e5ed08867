import type { Messages } from "@/i18n/messages";

export const usage: Messages["usage"] = {
};
