import type { Messages } from "@/i18n/messages";

export const settings: Messages["settings"] = {
};
