import type { ReactNode } from "react";
import { classes } from "@/design/classes";
import { Skeleton } from "@/design/feedback/Skeleton";
import styles from "./Table.module.css";

export interface Column<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  align?: "start" | "end";
  /** CSS width; the others share what is left. */
  width?: string;
  /** The header is there for screen readers alone: a column of buttons, of checkboxes. */
  isHeaderHidden?: boolean;
}

export interface TableProps<Row> {
  /** What the table holds, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Rows of grey bars while `rows` is undefined. */
  skeletonRows?: number;
  /** Makes rows clickable; put a link into the first cell too, for the keyboard. */
  onRowClick?: (row: Row) => void;
  selectedKey?: string | undefined;
  /** Stands in place of the rows when there are none. */
  empty?: ReactNode;
}

/** Rows of the same kind. */
export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, rowKey, skeletonRows = 6, onRowClick, selectedKey } = props;
  if (rows?.length === 0 && props.empty) return <>{props.empty}</>;
  return (
    <div className={styles["scroll"]}>
      <table className={styles["table"]} aria-label={props.label} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" style={{ width: column.width }} className={styles[column.align ?? "start"]}>
                <span className={column.isHeaderHidden ? styles["hidden"] : undefined}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                className={classes(onRowClick && styles["clickable"], key === selectedKey && styles["selected"])}
                onClick={(event) => {
                  if (onRowClick && !isOnControl(event.target)) onRowClick(row);
                }}
              >
                {columns.map((column) => (
                  <td key={column.id} className={styles[column.align ?? "start"]}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          }) ??
            Array.from({ length: skeletonRows }, (_, row) => (
              <tr key={row}>
                {columns.map((column, index) => (
                  <td key={column.id}>
                    <Skeleton width={index === 0 ? `${50 + ((row * 17) % 35)}%` : "60%"} style={{ margin: "3px 0" }} />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function isOnControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, input, label, [role=menuitem], [role=checkbox]") !== null;
}
