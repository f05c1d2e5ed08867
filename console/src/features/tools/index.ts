export { useAllToolkitTools, useInstalledTools, useToolkits, type Toolkit, type ToolkitTool } from "./api";
export { parametersOf, type Parameter } from "./shared/parameters";
