import type { Messages } from "@/i18n/messages";

export const audit: Messages["audit"] = {
};
