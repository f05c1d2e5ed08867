import { Dialog, Kbd } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import styles from "./Canvas.module.css";

const GROUPS: { title: PlainKey; keys: [PlainKey, string][] }[] = [
  {
    title: "canvas.keys_edit",
    keys: [
      ["canvas.addNode", "a"],
      ["canvas.addNote", "n"],
      ["canvas.group", "g"],
      ["canvas.copy", "mod+c"],
      ["canvas.cut", "mod+x"],
      ["canvas.paste", "mod+v"],
      ["canvas.duplicate", "mod+d"],
      ["canvas.delete", "⌫"],
      ["canvas.deleteAndJoin", "shift+⌫"],
      ["canvas.undo", "mod+z"],
      ["canvas.redo", "shift+mod+z"],
      ["canvas.layOut", "l"],
    ],
  },
  {
    title: "canvas.keys_move",
    keys: [
      ["canvas.keyWalk", "←+↑+↓+→"],
      ["canvas.keyNudge", "alt+→"],
      ["canvas.keyNudgeFar", "shift+→"],
      ["canvas.keyOpen", "enter"],
      ["canvas.keyClose", "esc"],
      ["canvas.selectAll", "mod+a"],
      ["canvas.keyFind", "/"],
      ["canvas.fit", "f"],
      ["canvas.zoomIn", "="],
      ["canvas.zoomOut", "-"],
      ["canvas.zoomTo100", "0"],
    ],
  },
];

/** All keys of the canvas. */
export function Shortcuts({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useI18n();
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("canvas.shortcuts")}>
      <div className={styles["shortcuts"]}>
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{t(group.title)}</h3>
            <dl>
              {group.keys.map(([label, keys]) => (
                <div key={label}>
                  <dt>{t(label)}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
