import type { Messages } from "@/i18n/messages";

export const errors: Messages["errors"] = {
  defect: "控制台出错了",
  defectHint: "这是我们的问题，与您的操作无关。已保存的内容不受影响。请重新加载页面；如果问题仍然出现，请告诉我们。",
  notFound: "这里什么都没有",
  notFoundHint: "地址有误，或内容已被删除。",
  offline: "网关没有响应，正在重试…",
  reload: "重新加载页面",
  status: "请求失败，状态码 {status}",
  toApps: "前往应用列表",
  trace: "追踪 ID",
  unreachable: "网关没有响应",
  unreachableHint: "网关可能正在重启，或本机已离线。已保存的内容不会丢失。",
};
