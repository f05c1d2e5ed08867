import { ThumbsUp } from "lucide-react";
import type { Feature, PageHandle } from "@/shell/feature";

export const feature: Feature = {
  navigation: [{ to: "/feedback", label: "feedback.title", icon: ThumbsUp, group: "operate", order: 30, scope: "runs:read" }],
  routes: [{ path: "/feedback", handle: { crumb: "feedback.title" } satisfies PageHandle, lazy: () => import("./FeedbackPage") }],
};
