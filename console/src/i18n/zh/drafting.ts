import type { Messages } from "@/i18n/messages";

export const drafting: Messages["drafting"] = {
  again: "修改",
  change: "需要怎样修改？",
  draft: "草稿",
  example_code: "把订单行列表换算成含税总额…",
  example_prompt: "将留言分为提问、投诉或表扬，并说明理由…",
  example_schema: "一个人，包含姓名、生日和最多三个电话号码…",
  hint: "由默认模型撰写，你可以查看并修改。它与其他调用一样计费。",
  open: "用模型撰写",
  title_code: "用模型撰写代码",
  title_prompt: "用模型撰写提示词",
  title_schema: "用模型撰写 JSON Schema",
  tokens: { other: "{count} 个 token" },
  use: "采用",
  wish: "它应该做什么？",
  write: "撰写",
};
