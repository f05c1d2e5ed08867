import { Check, ChevronRight, type LucideIcon } from "lucide-react";
import { DropdownMenu as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "@/design/classes";
import { Kbd } from "@/design/display/Kbd";
import styles from "./Menu.module.css";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  shortcut?: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  /** Shows a tick; for choices of which one or several hold. */
  isChecked?: boolean;
  onSelect?: () => void;
  items?: MenuEntry[];
}
export type MenuEntry = MenuItem | { heading: string } | "separator";

export interface MenuProps {
  /** The one element that opens it. */
  trigger: ReactNode;
  items: MenuEntry[];
  align?: "start" | "end";
  side?: "top" | "bottom" | "right";
}

/** A list of actions behind a button. */
export function Menu({ trigger, items, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles["menu"]} align={align} side={side} sideOffset={4} collisionPadding={8}>
          {items.map(entry)}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function entry(item: MenuEntry, index: number): ReactNode {
  if (item === "separator") return <Primitive.Separator key={index} className={styles["separator"]} />;
  if ("heading" in item) {
    return (
      <Primitive.Label key={index} className={styles["heading"]}>
        {item.heading}
      </Primitive.Label>
    );
  }
  const { icon: Icon } = item;
  const inside = (
    <>
      <span className={styles["icon"]}>{item.isChecked ? <Check size={15} /> : Icon && <Icon size={15} />}</span>
      <span className={styles["label"]}>{item.label}</span>
      {item.shortcut && <Kbd keys={item.shortcut} />}
    </>
  );
  if (item.items) {
    return (
      <Primitive.Sub key={index}>
        <Primitive.SubTrigger className={styles["item"]}>
          {inside}
          <ChevronRight size={14} />
        </Primitive.SubTrigger>
        <Primitive.Portal>
          <Primitive.SubContent className={styles["menu"]} sideOffset={4} collisionPadding={8}>
            {item.items.map(entry)}
          </Primitive.SubContent>
        </Primitive.Portal>
      </Primitive.Sub>
    );
  }
  return (
    <Primitive.Item
      key={index}
      disabled={item.isDisabled ?? false}
      className={classes(styles["item"], item.isDangerous && styles["dangerous"])}
      onSelect={() => item.onSelect?.()}
    >
      {inside}
    </Primitive.Item>
  );
}
