import { Fragment, type ReactNode } from "react";
import styles from "./DataList.module.css";

/** Names and values, under each other. */
export function DataList({ items }: { items: { label: string; value: ReactNode }[] }) {
  return (
    <dl className={styles["list"]}>
      {items.map((item) => (
        <Fragment key={item.label}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
