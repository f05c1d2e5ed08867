import { ContextMenu as Primitive } from "radix-ui";
import type { MouseEvent, ReactNode } from "react";
import { classes } from "@/design/classes";
import { Kbd } from "@/design/display/Kbd";
import styles from "@/design/overlay/Menu.module.css";
import type { MenuEntry } from "@/design/overlay/Menu";

export interface ContextMenuProps {
  /** Called where it is opened, before `items` are shown, to find out what it is about. */
  onOpen: (event: MouseEvent) => void;
  items: MenuEntry[];
  children: ReactNode;
}

/** The actions for what is under the pointer, on a right click or the menu key. */
export function ContextMenu({ onOpen, items, children }: ContextMenuProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild onContextMenuCapture={onOpen}>
        {children}
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles["menu"]} collisionPadding={8} onCloseAutoFocus={(event) => event.preventDefault()}>
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
  return (
    <Primitive.Item
      key={index}
      disabled={item.isDisabled ?? false}
      className={classes(styles["item"], item.isDangerous && styles["dangerous"])}
      onSelect={() => item.onSelect?.()}
    >
      <span className={styles["icon"]}>{Icon && <Icon size={15} />}</span>
      <span className={styles["label"]}>{item.label}</span>
      {item.shortcut && <Kbd keys={item.shortcut} />}
    </Primitive.Item>
  );
}
