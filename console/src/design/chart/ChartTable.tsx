import styles from "./Chart.module.css";

export interface Series {
  name: string;
  /** One of the five chart colours; 6 is grey, for what is left over. */
  color?: 1 | 2 | 3 | 4 | 5 | 6;
  /** Null: there is nothing to tell. */
  values: readonly (number | null)[];
}

export interface ChartTableProps {
  label: string;
  categories: readonly string[];
  series: readonly Series[];
  formatValue: (value: number) => string;
}

/** What a chart shows, as a table that is read out. */
export function ChartTable({ label, categories, series, formatValue }: ChartTableProps) {
  return (
    <table className={styles["table"]}>
      <caption>{label}</caption>
      <thead>
        <tr>
          <td />
          {series.map((one) => (
            <th key={one.name} scope="col">
              {one.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {categories.map((category, index) => (
          <tr key={index}>
            <th scope="row">{category}</th>
            {series.map((one) => {
              const value = one.values[index];
              return <td key={one.name}>{value === null || value === undefined ? "–" : formatValue(value)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
