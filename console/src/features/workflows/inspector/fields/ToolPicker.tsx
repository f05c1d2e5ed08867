import { useState } from "react";
import { Combobox, type Option } from "@/design";
import { parametersOf, useAllToolkitTools, useInstalledTools, useToolkits, type Toolkit } from "@/features/tools";
import { useI18n } from "@/i18n";
import { useForm, type Path } from "../form-context";
import { FieldFrame } from "./FieldFrame";

type GroupedOption = Option & { group?: string };

interface ToolFieldProps {
  path: Path;
  label: string;
  hint?: string | undefined;
  value: unknown;
  isRequired?: boolean;
}

const SEPARATOR = "__";
const SHOWN_CHARS = 140;

/** Tools by name; of toolkits those that are `wanted`, for each of them is asked over the network. */
function useCallableTools(isWanted: (toolkit: Toolkit) => boolean) {
  const installed = useInstalledTools();
  const toolkits = useToolkits();
  const asked = (toolkits.data ?? []).filter(isWanted);
  const answers = useAllToolkitTools(asked.map(({ id }) => id));
  const offered = asked.map((toolkit, index) => ({ toolkit, tools: answers[index] }));
  const find = (name: string | undefined) =>
    installed.data?.find((tool) => tool.name === name) ??
    offered.flatMap(({ tools }) => tools?.data ?? []).find((tool) => tool.name === name);
  const isSettled = installed.isSuccess && toolkits.isSuccess && offered.every(({ tools }) => tools?.isSuccess);
  return { installed: installed.data ?? [], offered, find, isSettled };
}

function isOf(toolkit: Toolkit, name: string | undefined): boolean {
  return name?.startsWith(toolkit.name + SEPARATOR) ?? false;
}

/** A tool of a plugin or of a toolkit. */
export function ToolField({ path, label, hint, value, isRequired }: ToolFieldProps) {
  const { t } = useI18n();
  const form = useForm();
  const [isOpened, setIsOpened] = useState(false);
  const text = typeof value === "string" && value !== "" ? value : undefined;
  const { installed, offered, find, isSettled } = useCallableTools((toolkit) => isOpened || isOf(toolkit, text));
  const found = find(text);
  const options: GroupedOption[] = [
    ...installed.map((tool) => ({
      value: tool.name,
      label: tool.title || tool.name,
      description: tool.is_usable ? short(tool.description) : t("workflows.toolNotUsable"),
      group: t("workflows.installedTools"),
    })),
    ...offered.flatMap(({ toolkit, tools }): GroupedOption[] => {
      const group = toolkit.name;
      if (tools?.data) {
        return tools.data.map((tool) => ({ value: tool.name, label: tool.title, description: short(tool.description), group }));
      }
      const label = t(tools?.isError ? "workflows.toolkitFailed" : "workflows.askingToolkit");
      const description = tools?.error?.detail ?? "";
      return [{ value: group + SEPARATOR, label, description, group, isDisabled: true }];
    }),
  ];
  const isMissing = text !== undefined && isSettled && !found;
  return (
    <FieldFrame
      path={path}
      label={label}
      hint={isMissing ? t("workflows.toolMissing", { name: text }) : (found?.description ?? hint)}
      isRequired={isRequired}
    >
      <Combobox
        label={label}
        value={text}
        options={options}
        placeholder={t("workflows.chooseTool")}
        isDisabled={form.isReadOnly}
        onOpenChange={(isOpen) => {
          if (isOpen) setIsOpened(true);
        }}
        onChange={(name) => form.set(path, name)}
      />
    </FieldFrame>
  );
}

function short(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

/** The parameters of a tool, from its schema; undefined when the tool is not known. */
export function useToolParameters(name: unknown): { name: string; description: string; isRequired: boolean }[] | undefined {
  const text = typeof name === "string" ? name : undefined;
  const tool = useCallableTools((toolkit) => isOf(toolkit, text)).find(text);
  return tool && parametersOf(tool.parameters);
}
