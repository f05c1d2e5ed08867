import { Markdown } from "@/design";
import styles from "./Shared.module.css";

/** What came out of an app that says no answer: one text as it is, several values by name. */
export function Outputs({ outputs }: { outputs: Record<string, unknown> }) {
  const entries = Object.entries(outputs);
  const only = entries[0]?.[1];
  if (entries.length === 1 && typeof only === "string") return <Markdown text={only} />;
  return (
    <dl className={styles["outputs"]}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "") return <span className={styles["none"]}>–</span>;
  if (typeof value === "string") return <Markdown text={value} />;
  if (Array.isArray(value) && value.every((item) => typeof item === "string" || typeof item === "number")) {
    return (
      <ul className={styles["items"]}>
        {value.map((item, index) => (
          <li key={index}>{item}</li>
        ))}
      </ul>
    );
  }
  if (typeof value === "number") return <span>{value.toLocaleString()}</span>;
  return <pre className={styles["json"]}>{JSON.stringify(value, null, 2)}</pre>;
}

/** The outputs as text, for the clipboard. */
export function outputsText(outputs: Record<string, unknown>): string {
  const values = Object.entries(outputs);
  const only = values[0]?.[1];
  return values.length === 1 && typeof only === "string" ? only : JSON.stringify(outputs, null, 2);
}
