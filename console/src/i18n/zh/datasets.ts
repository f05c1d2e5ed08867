import type { Messages } from "@/i18n/messages";

export const datasets: Messages["datasets"] = {
};
