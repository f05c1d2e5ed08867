import type { Messages } from "@/i18n/messages";

/** 代表外部知识的数据集。 */
export const external: Messages["external"] = {
  add: "连接外部知识",
  apiKey: "API 密钥",
  apiKeyHint: "加密保存，只发送到此地址，之后不再显示。不需要密钥时请留空。",
  connect: "连接并测试",
  connected: "已连接 {name}。",
  correctIt: "去更正",
  endpoint: "端点",
  endpointFault: "以 https:// 或 http:// 开头的地址。",
  endpointHint: "按 Dify 的外部知识库约定，向 …/retrieval 查询。",
  hint: "由其他服务保存的知识库。检索方式与其他数据集相同，文档仍留在原处。",
  isExternal: "保存在别处",
  keepIt: "仍然保留",
  knowledgeId: "知识库 ID",
  knowledgeIdHint: "它在该服务中的名称。",
  place: "保存位置",
  placeHint: "如需修改，请删除后重新连接。",
  refused: "无法检索",
  settingsHint: "检索方式由该服务决定；这里的设置作用于它返回的内容。",
  trial: "测试",
};
