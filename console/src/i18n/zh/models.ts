import type { Messages } from "@/i18n/messages";

export const models: Messages["models"] = {
};
