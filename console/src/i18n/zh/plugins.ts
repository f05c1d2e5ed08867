import type { Messages } from "@/i18n/messages";

export const plugins: Messages["plugins"] = {
};
