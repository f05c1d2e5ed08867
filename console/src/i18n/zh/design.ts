import type { Messages } from "@/i18n/messages";

export const design: Messages["design"] = {
  fromFile: "从文件载入",
  keptWhenEmpty: "留空则保持不变。",
  notification: "通知",
  notifications: "通知（{hotkey}）",
  recordAdd: "{label}：添加",
  recordName: "名称 {number}",
  recordNamePlaceholder: "名称",
  recordRemove: "删除第 {number} 行",
  recordValue: "值 {number}",
  recordValuePlaceholder: "值",
  title: "设计系统",
};
