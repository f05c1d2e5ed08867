import type { Params } from "react-router";
import { useApp } from "./api";

/** The name of the app in the address, for the path at the top. */
export function AppCrumb({ params }: { params: Params }) {
  const app = useApp(params["app"] ?? "");
  return app.data?.name ?? "…";
}
