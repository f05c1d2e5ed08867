import type { Params } from "react-router";
import { useDataset } from "./api/datasets";
import { useDocument } from "./api/documents";

/** The name of the dataset in the address, for the path at the top. */
export function DatasetCrumb({ params }: { params: Params }) {
  return useDataset(params["dataset"] ?? "").data?.name ?? "…";
}

/** The name of the document in the address. */
export function DocumentCrumb({ params }: { params: Params }) {
  return useDocument(params["dataset"] ?? "", params["document"] ?? "").data?.name ?? "…";
}
