export { useApp, type App } from "./api";
export { AppIcon } from "./AppIcon";
export { AppMenu } from "./AppMenu";
export { useCreateFromTemplate } from "./create/TemplateForm";
export { TEMPLATES, type TemplateId } from "./templates";
export { saveAs } from "./download";
