import type { Messages } from "@/i18n/messages";

export const workflows: Messages["workflows"] = {
};
