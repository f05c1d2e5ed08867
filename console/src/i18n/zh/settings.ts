import type { Messages } from "@/i18n/messages";

export const settings: Messages["settings"] = {
  account: "账户",
  appearance: "外观",
  email: "邮箱地址",
  id: "ID",
  language: "语言",
  may: "权限",
  name: "姓名",
  ready: "就绪",
  notReady: "未就绪",
  system: "当前安装",
  tenant: "租户",
  theme: "主题",
  title: "设置",
};
