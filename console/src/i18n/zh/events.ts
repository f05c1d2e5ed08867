import type { Messages } from "@/i18n/messages";

export const events: Messages["events"] = {
};
