import { ChevronRight } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { CopyableId, Skeleton } from "@/design";
import { useI18n } from "@/i18n";
import { ParameterList } from "./ParameterList";
import { parametersOf } from "./parameters";
import styles from "./Shared.module.css";

export interface ShownTool {
  name: string;
  title: string;
  description: string;
  parameters: Record<string, unknown>;
}

interface ToolListProps<Tool extends ShownTool> {
  label: string;
  tools: readonly Tool[] | undefined;
  /** At the end of a row: badges and actions. */
  aside?: (tool: Tool) => ReactNode;
}

/** Tools, one under the other; each opens and tells what it is called with. */
export function ToolList<Tool extends ShownTool>({ label, tools, aside }: ToolListProps<Tool>) {
  return (
    <ul className={styles["tools"]} aria-label={label} aria-busy={tools === undefined}>
      {tools
        ? tools.map((tool) => <ToolRow key={tool.name} tool={tool} aside={aside?.(tool)} />)
        : Array.from({ length: 3 }, (_, index) => (
            <li key={index} className={styles["tool"]}>
              <div className={styles["waiting"]}>
                <Skeleton width={140 + ((index * 53) % 90)} style={{ margin: "3px 0" }} />
                <Skeleton width="60%" height={12} style={{ margin: "4px 0 2px" }} />
              </div>
            </li>
          ))}
    </ul>
  );
}

function ToolRow({ tool, aside }: { tool: ShownTool; aside: ReactNode }) {
  const { t } = useI18n();
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  // Operations of an API are often called what they say.
  const says = tool.description === tool.title ? "" : tool.description;
  const count = parametersOf(tool.parameters).length;
  return (
    <li className={styles["tool"]}>
      <div className={styles["head"]}>
        <button
          type="button"
          className={styles["open"]}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          <ChevronRight size={15} aria-hidden />
          <span className={styles["title"]}>{tool.title || tool.name}</span>
        </button>
        <CopyableId id={tool.name} isWhole />
        <span className={styles["aside"]}>
          {aside}
          <span className={styles["count"]}>{t("tools.argumentCount", { count })}</span>
        </span>
      </div>
      {!isOpen && says && <p className={styles["line"]}>{says}</p>}
      <div id={id} hidden={!isOpen} className={styles["inside"]}>
        {isOpen && (
          <>
            {says && <p className={styles["description"]}>{says}</p>}
            <ParameterList schema={tool.parameters} />
          </>
        )}
      </div>
    </li>
  );
}
