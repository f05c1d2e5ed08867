import type { Messages } from "@/i18n/messages";

export const runs: Messages["runs"] = {
};
