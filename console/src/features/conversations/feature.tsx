import { MessagesSquare } from "lucide-react";
import type { Feature } from "@/shell/feature";

export const feature: Feature = {
  navigation: [
    { to: "/conversations", label: "shell.conversations", icon: MessagesSquare, group: "operate", order: 20, scope: "runs:read" },
  ],
  routes: [
    {
      path: "/conversations",
      handle: { crumb: "shell.conversations" },
      children: [
        { index: true, lazy: () => import("./ConversationsPage") },
        { path: ":conversationId", handle: { crumb: "conversations.title" }, lazy: () => import("./ConversationPage") },
      ],
    },
  ],
};
