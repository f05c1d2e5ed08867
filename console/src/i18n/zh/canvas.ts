import type { Messages } from "@/i18n/messages";

export const canvas: Messages["canvas"] = {
};
