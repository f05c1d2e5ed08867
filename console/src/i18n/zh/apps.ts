import type { Messages } from "@/i18n/messages";

export const apps: Messages["apps"] = {
};
