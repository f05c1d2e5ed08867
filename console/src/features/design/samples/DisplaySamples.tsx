import { Workflow } from "lucide-react";
import { Avatar, Badge, Card, CodeBlock, CopyableId, DataList, Markdown, Stat, StatusBadge, TabLinks, Tabs, Time, type Status } from "@/design";
import { Row, Sample } from "../Sample";

const STATUSES: readonly Status[] = ["waiting", "running", "succeeded", "failed", "paused", "cancelled"];
const CODE = `curl -N http://localhost:8080/api/v1/runs \\
  -H "Authorization: Bearer sk_…" \\
  -d '{"app": "hello", "inputs": {"name": "Ada"}}'   # streams`;
const ANSWER = `### Returns
Boots can be returned **within 30 days** [1], *also worn ones*, with the \`return_code\`.

- Pack them
- Print the [label](https://example.org)

| zone | price |
|---|---|
| domestic | 4.90 |

\`\`\`json
{"days": 30, "worn": true}
\`\`\``;

export function DisplaySamples() {
  return (
    <Sample title="Badge, StatusBadge, Time, CopyableId, Avatar, Tabs, Card, Stat, DataList, CodeBlock, Markdown">
      <Row>
        {STATUSES.map((status) => (
          <StatusBadge key={status} status={status} label={status} />
        ))}
      </Row>
      <Row>
        <Badge>Draft</Badge>
        <Badge tone="accent" icon={Workflow}>
          Workflow
        </Badge>
        <Avatar name="Ada Lovelace" />
        <CopyableId id="run_01J8ZQ4M7Y2V9T5R3W1XK6D0AB" />
        <Time at="2026-01-02T03:04:05Z" />
      </Row>
      <Tabs
        label="Parts"
        tabs={[
          { value: "inputs", label: "Inputs", content: "What went in." },
          { value: "outputs", label: "Outputs", content: "What came out." },
        ]}
      />
      <TabLinks
        label="Pages"
        links={[
          { to: "/design", label: "This page" },
          { to: "/apps", label: "Apps" },
        ]}
      />
      <Row>
        <Stat label="Runs" value="12,480" hint="+4% since last week" />
        <Stat label="Median time" value="1.4 s" hint="95th: 3.9 s" />
        <Stat label="Cost" value="$18.20" hint="of $50.00" />
      </Row>
      <Card title="Details" description="Of a run" footer="Kept for 30 days">
        <DataList
          items={[
            { label: "App", value: "support-assistant" },
            { label: "Tokens", value: "1,204" },
          ]}
        />
      </Card>
      <CodeBlock title="Run it" language="bash" code={CODE} />
      <Card>
        <Markdown text={ANSWER} />
      </Card>
    </Sample>
  );
}
