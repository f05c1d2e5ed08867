import type { Messages } from "@/i18n/messages";

export const webhooks: Messages["webhooks"] = {
};
