import { useI18n } from "@/i18n";
import type { Fault } from "./form-state";

/** What to say about a field that cannot be sent yet. */
export function useFaultText(): (fault: Fault | undefined) => string | undefined {
  const { t, format } = useI18n();
  return (fault) => {
    if (!fault) return undefined;
    switch (fault.kind) {
      case "FileSize":
        return t("forms.faultFileSize", { limit: format.bytes(fault.limit) });
      case "Min":
      case "Max":
      case "MaxLength":
      case "MaxItems":
        return t(`forms.fault${fault.kind}`, { limit: fault.limit });
      case "FileType":
        return t("forms.faultFileType", { accept: fault.accept });
      default:
        return t(`forms.fault${fault.kind}`);
    }
  };
}
