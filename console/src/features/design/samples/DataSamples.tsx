import { BarChart, Card, Sparkline, StatusBadge, Table, type Column, type Status } from "@/design";
import { Row, Sample } from "../Sample";

interface Run {
  id: string;
  status: Status;
  seconds: number;
}
const RUNS: Run[] = [
  { id: "support-assistant", status: "succeeded", seconds: 1.2 },
  { id: "office-agent", status: "running", seconds: 4 },
  { id: "savings-plan", status: "failed", seconds: 0.3 },
];
const COLUMNS: Column<Run>[] = [
  { id: "app", header: "App", cell: (run) => run.id },
  { id: "status", header: "Status", cell: (run) => <StatusBadge status={run.status} label={run.status} /> },
  { id: "time", header: "Time", align: "end", cell: (run) => `${run.seconds} s` },
];
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export function DataSamples() {
  return (
    <Sample title="Table, Sparkline, BarChart">
      <Card isFlush>
        <Table label="Runs" columns={COLUMNS} rows={RUNS} rowKey={(run) => run.id} selectedKey="office-agent" />
      </Card>
      <Card isFlush>
        <Table label="Runs, loading" columns={COLUMNS} rows={undefined} rowKey={(run) => run.id} skeletonRows={2} />
      </Card>
      <Row>
        <Sparkline label="Runs a day" values={[3, 5, 4, 9, 12, 8, 14, 11, 16]} />
      </Row>
      <BarChart
        label="Runs a day"
        categories={DAYS}
        formatValue={(value) => String(value)}
        series={[
          { name: "Succeeded", color: 3, values: [120, 180, 160, 220, 260, 90, 70] },
          { name: "Failed", color: 5, values: [8, 4, 12, 9, 20, 2, 1] },
        ]}
      />
    </Sample>
  );
}
