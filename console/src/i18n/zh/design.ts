import type { Messages } from "@/i18n/messages";

export const design: Messages["design"] = {
  notification: "通知",
  notifications: "通知（{hotkey}）",
  title: "设计系统",
};
