import type { Params } from "react-router";
import { useToolkits } from "../api";

/** The name of the toolkit in the address, for the path at the top. */
export function ToolkitCrumb({ params }: { params: Params }) {
  return useToolkits().data?.find(({ id }) => id === params["toolkit"])?.name ?? "…";
}
