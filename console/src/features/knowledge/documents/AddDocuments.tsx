import { FileSearch, FileUp, TextCursorInput } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/design";
import { useI18n } from "@/i18n";
import type { ChunkSpec } from "../api/datasets";
import { PreviewDialog } from "../uploads/PreviewDialog";
import { PasteTextDialog } from "./PasteTextDialog";

interface AddDocumentsProps {
  dataset: string;
  /** How the dataset splits; unknown until it was read. */
  spec: ChunkSpec | undefined;
  onFiles: (files: File[]) => void;
}

/** The ways into a dataset: a text, a file that is looked at first, files. */
export function AddDocuments({ dataset, spec, onFiles }: AddDocumentsProps) {
  const { t } = useI18n();
  const [open, setOpen] = useState<"paste" | "preview" | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon={TextCursorInput} onClick={() => setOpen("paste")}>
        {t("documents.paste")}
      </Button>
      <Button icon={FileSearch} disabled={!spec} onClick={() => setOpen("preview")}>
        {t("documents.preview")}
      </Button>
      <Button variant="primary" icon={FileUp} onClick={() => picker.current?.click()}>
        {t("documents.upload")}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("documents.upload")}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {open === "paste" && <PasteTextDialog dataset={dataset} onClose={() => setOpen(null)} />}
      {open === "preview" && spec && <PreviewDialog dataset={dataset} spec={spec} onClose={() => setOpen(null)} />}
    </>
  );
}
