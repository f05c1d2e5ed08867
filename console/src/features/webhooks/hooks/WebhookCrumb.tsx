import type { Params } from "react-router";
import { useWebhook } from "../api";
import { placeOf } from "./place";

/** Where the webhook in the address leads, for the path at the top. */
export function WebhookCrumb({ params }: { params: Params }) {
  const { data } = useWebhook(params["webhook"] ?? "");
  return data ? placeOf(data.url).host : "…";
}
