import { Tabs as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { classes } from "@/design/classes";
import styles from "./Tabs.module.css";

export interface Tab {
  value: string;
  label: ReactNode;
  content: ReactNode;
}

/** Parts of one thing, one seen at a time. For parts with addresses of their own use `TabLinks`. */
export function Tabs({ tabs, value, onChange, label }: { tabs: Tab[]; value?: string; onChange?: (value: string) => void; label: string }) {
  return (
    <Primitive.Root
      {...(value === undefined ? { defaultValue: tabs[0]?.value ?? "" } : { value })}
      {...(onChange ? { onValueChange: onChange } : {})}
    >
      <Primitive.List className={styles["list"]} aria-label={label}>
        {tabs.map((tab) => (
          <Primitive.Trigger key={tab.value} value={tab.value} className={styles["tab"]}>
            {tab.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} className={styles["content"]}>
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}

/** Tabs that are links, each a page with its own address. */
export function TabLinks({ links, label }: { links: { to: string; label: ReactNode; isExact?: boolean }[]; label: string }) {
  return (
    <nav className={styles["list"]} aria-label={label}>
      {links.map((link) => (
        <NavLink
          key={link.to}
          to={link.to}
          end={link.isExact ?? false}
          className={({ isActive }) => classes(styles["tab"], isActive && styles["active"])}
        >
          {link.label}
        </NavLink>
      ))}
    </nav>
  );
}
