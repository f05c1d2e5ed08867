import { Row, Sample } from "../Sample";
import styles from "../Design.module.css";

const COLOURS = [
  "bg",
  "bg-subtle",
  "bg-sunken",
  "bg-raised",
  "border",
  "border-strong",
  "text",
  "text-muted",
  "text-faint",
  "accent",
  "accent-soft",
  "accent-text",
  "running",
  "succeeded",
  "failed",
  "paused",
  "cancelled",
  "danger",
];
const SIZES = ["2xl", "xl", "lg", "md", "sm", "xs"];

export function TokenSamples() {
  return (
    <Sample title="Tokens">
      <div className={styles["swatches"]}>
        {COLOURS.map((name) => (
          <div key={name} className={styles["swatch"]}>
            <span style={{ background: `var(--${name})` }} />
            {name}
          </div>
        ))}
      </div>
      <Row>
        <div className={styles["type"]}>
          {SIZES.map((size) => (
            <span key={size} style={{ fontSize: `var(--text-${size})` }}>
              Skep 蜂巢
            </span>
          ))}
        </div>
      </Row>
    </Sample>
  );
}
