import type { Messages } from "@/i18n/messages";

export const webapp: Messages["webapp"] = {
};
