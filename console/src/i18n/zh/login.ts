import type { Messages } from "@/i18n/messages";

export const login: Messages["login"] = {
  email: "邮箱地址",
  expired: "会话已结束",
  expiredHint: "请重新登录以继续，页面上的内容会保持原样。",
  password: "密码",
  signIn: "登录",
  subtitle: "构建、调试并运行大语言模型应用。",
  title: "登录 Skep",
  wrong: "邮箱地址或密码错误。",
};
