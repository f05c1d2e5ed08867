import type { Messages } from "@/i18n/messages";

export const setup: Messages["setup"] = {
};
