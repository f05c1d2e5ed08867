import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useApp } from "@/features/apps";
import { ErrorState, Skeleton } from "@/design";
import { useSession } from "@/shell";
import { readDraft, useNodeTypes } from "./api";
import { EditorView } from "./EditorView";
import styles from "./Editor.module.css";

/** The canvas of an app: its draft is loaded once, and from then on kept in step by saving. */
export function Component() {
  const { app: ref = "" } = useParams();
  const { may } = useSession();
  const app = useApp(ref);
  const id = app.data?.id;
  const types = useNodeTypes();
  const draft = useQuery({
    queryKey: ["apps", id, "draft-to-edit"],
    queryFn: ({ signal }) => readDraft(id ?? "", signal),
    enabled: id !== undefined,
    staleTime: 0,
    gcTime: 0,
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });
  const failed = [draft, types].find((query) => query.isError && !query.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!draft.data || !types.data || !app.data) return <Waiting />;
  return <EditorView key={app.data.id} app={app.data} saved={draft.data} catalog={types.data} isReadOnly={!may("apps:write")} />;
}

function Waiting() {
  return (
    <div className={styles["waiting"]} aria-busy>
      {[0, 1, 2, 3].map((index) => (
        <Skeleton key={index} width={232} height={52} />
      ))}
    </div>
  );
}
