import { LayoutGrid } from "lucide-react";
import { ApiProblem } from "@/api/problem";
import { Button, Callout, Card, EmptyState, ErrorNote, ErrorState, Progress, SkeletonLines, useToasts } from "@/design";
import { Row, Sample } from "../Sample";

const PROBLEM = new ApiProblem({
  status: 422,
  title: "The workflow cannot be used",
  detail: "2 nodes need attention before it can be published.",
  errors: [{ pointer: "/nodes/search/settings/datasets", message: "Choose at least one dataset" }],
  trace_id: "7d6ad58e4aa9b08571c4a0d7b0d1f0aa",
});

export function FeedbackSamples() {
  const { say, fail } = useToasts();
  return (
    <Sample title="Callout, ErrorNote, EmptyState, ErrorState, Skeleton, Progress, Toast">
      <Callout title="Echo answers">No key is set, so the offline model is used.</Callout>
      <Callout tone="success">The connection works.</Callout>
      <Callout tone="warning">The draft differs from the published version.</Callout>
      <ErrorNote error={PROBLEM} />
      <Card>
        <EmptyState icon={LayoutGrid} title="No apps yet" isCompact action={<Button variant="primary">New app</Button>}>
          Begin with a template: the first one runs at once.
        </EmptyState>
      </Card>
      <Card>
        <ErrorState error={new ApiProblem({ status: 0 })} onRetry={() => undefined} />
      </Card>
      <SkeletonLines />
      <Progress share={0.4} label="Uploading" />
      <Progress share={1} label="Done" state="done" />
      <Progress share={0.7} label="Failed" state="failed" />
      <Row>
        <Button onClick={() => say("Saved.", { label: "Undo", onSelect: () => undefined })}>Say it</Button>
        <Button onClick={() => fail(PROBLEM)}>Fail</Button>
      </Row>
    </Sample>
  );
}
