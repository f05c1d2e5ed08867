import { Copy, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, ConfirmDialog, Dialog, Drawer, Field, Input, Menu, Popover, Tooltip } from "@/design";
import { Row, Sample } from "../Sample";

type Open = "dialog" | "drawer" | "confirm" | null;

export function OverlaySamples() {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Sample title="Dialog, Drawer, ConfirmDialog, Menu, Popover, Tooltip">
      <Row>
        <Button onClick={() => setOpen("dialog")}>Dialog</Button>
        <Button onClick={() => setOpen("drawer")}>Drawer</Button>
        <Button onClick={() => setOpen("confirm")}>Confirm</Button>
        <Menu
          trigger={<Button>Menu</Button>}
          items={[
            { label: "Edit", icon: Pencil, shortcut: "mod+e" },
            { label: "Duplicate", icon: Copy, items: [{ label: "Here" }, { label: "Elsewhere", isDisabled: true }] },
            "separator",
            { label: "Delete", icon: Trash2, isDangerous: true },
          ]}
        />
        <Popover label="Filter" trigger={<Button>Popover</Button>}>
          <Field label="Longer than (s)">
            <Input type="number" />
          </Field>
        </Popover>
        <Tooltip label="More about it" shortcut="mod+i">
          <Button>Tooltip</Button>
        </Tooltip>
      </Row>
      <Dialog
        isOpen={open === "dialog"}
        onOpenChange={close}
        title="Rename app"
        description="The address of its API stays as it is."
        size="small"
        footer={
          <Button variant="primary" onClick={close}>
            Save
          </Button>
        }
      >
        <Field label="Name">
          <Input autoFocus defaultValue="Support assistant" />
        </Field>
      </Dialog>
      <Drawer isOpen={open === "drawer"} onOpenChange={close} title="Chunk 12">
        What the parser read.
      </Drawer>
      <ConfirmDialog
        isOpen={open === "confirm"}
        onOpenChange={close}
        title="Delete Support assistant?"
        confirmLabel="Delete"
        isDangerous
        onConfirm={() => Promise.reject(new Error("This is only a sample."))}
      >
        Its draft, versions and secrets go for good.
      </ConfirmDialog>
    </Sample>
  );
}
