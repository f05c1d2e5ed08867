import { Braces } from "lucide-react";
import { Command } from "cmdk";
import { useState } from "react";
import { useEditorState } from "@/canvas";
import { fitsType, type VariableGroup } from "@/canvas/operations/scope";
import { IconButton, Popover } from "@/design";
import { useI18n, type PlainKey } from "@/i18n";
import styles from "./Fields.module.css";

interface VariablePickerProps {
  groups: readonly VariableGroup[];
  /** Others are shown last. */
  wanted?: string | undefined;
  onPick: (path: string) => void;
}

/** All that can be referred to here, by where it comes from, with types. */
export function VariablePicker({ groups, wanted = "any", onPick }: VariablePickerProps) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const titles = useEditorState(({ document }) => document.nodes);
  return (
    <Popover
      label={t("workflows.insertVariable")}
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      align="end"
      trigger={<IconButton icon={Braces} size="small" label={t("workflows.insertVariable")} />}
    >
      <Command label={t("workflows.insertVariable")} className={styles["variables"]} loop>
        <Command.Input className={styles["variableSearch"]} placeholder={t("workflows.searchVariables")} autoFocus />
        <Command.List className={styles["variableList"]}>
          <Command.Empty className={styles["none"]}>{t("workflows.noVariable")}</Command.Empty>
          {groups.map((group) => {
            const title = titles[group.root]?.title;
            const heading = group.kind === "node" || group.kind === "container" ? title || group.root : t(NAMES[group.kind]);
            return (
              <Command.Group key={`${group.kind}.${group.root}`} heading={heading}>
                {[...group.variables]
                  .sort((one, other) => Number(fitsType(other.type, wanted)) - Number(fitsType(one.type, wanted)))
                  .map((variable) => (
                    <Command.Item
                      key={variable.path}
                      value={variable.path}
                      keywords={[heading, variable.type]}
                      className={styles["variable"]}
                      data-other={!fitsType(variable.type, wanted) || undefined}
                      title={variable.description}
                      onSelect={() => {
                        setIsOpen(false);
                        onPick(variable.path);
                      }}
                    >
                      <span>{variable.name}</span>
                      <span className={styles["type"]}>{variable.type}</span>
                    </Command.Item>
                  ))}
              </Command.Group>
            );
          })}
        </Command.List>
      </Command>
    </Popover>
  );
}

const NAMES: Record<"sys" | "env" | "conversation", PlainKey> = {
  sys: "workflows.fromSystem",
  env: "workflows.fromEnvironment",
  conversation: "workflows.fromConversation",
};
