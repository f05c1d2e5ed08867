/** Running again with changes, and comparing. */
export { CompareDialog } from "./CompareDialog";
export { EditOutputsDialog } from "./EditOutputsDialog";
export { ForkDialog } from "./ForkDialog";
export { NodeRunDialog } from "./NodeRunDialog";
export { NodeRunForm } from "./NodeRunForm";
export { ReplayDialog } from "./ReplayDialog";
export { VerificationDialog } from "./VerificationDialog";
export { useFork } from "./api";
