import type { Messages } from "@/i18n/messages";

export const members: Messages["members"] = {
};
