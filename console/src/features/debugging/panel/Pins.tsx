import { Pin, X } from "lucide-react";
import { IconButton } from "@/design";
import type { RunFacts } from "@/features/runs";
import { useI18n } from "@/i18n";
import { pin, usePanel } from "./store";
import styles from "./Panel.module.css";

/** The nodes whose outputs are given. */
export function Pins({ app, facts }: { app: string; facts: RunFacts }) {
  const { t } = useI18n();
  const { pins } = usePanel(app);
  const nodes = Object.keys(pins);
  if (nodes.length === 0) return null;
  return (
    <section className={styles["pins"]} aria-label={t("debugging.panelPins")}>
      <p className={styles["faint"]}>{t("debugging.panelPinsHint")}</p>
      <ul>
        {nodes.map((node) => (
          <li key={node}>
            <Pin size={13} aria-hidden />
            <span>{facts.titleOf(node)}</span>
            <IconButton size="small" icon={X} label={t("debugging.panelUnpin")} onClick={() => pin(app, node, undefined)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
