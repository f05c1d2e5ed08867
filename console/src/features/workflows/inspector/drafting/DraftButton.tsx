import { Sparkles } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import type { TextLanguage } from "../../text/TextEditor";
import type { DraftWish } from "./api";
import { DraftDialog } from "./DraftDialog";

interface DraftButtonProps {
  wish: DraftWish;
  language: TextLanguage;
  current: string;
  onUse: (text: string) => void;
}

/** Has a model write a setting, or improve it. */
export function DraftButton({ wish, language, current, onUse }: DraftButtonProps) {
  const { t } = useI18n();
  const { may } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  if (!may("models:call")) return null;
  return (
    <>
      <IconButton icon={Sparkles} size="small" label={t("drafting.open")} onClick={() => setIsOpen(true)} />
      {isOpen && (
        <DraftDialog
          wish={wish}
          language={language}
          current={current}
          onUse={(text) => {
            onUse(text);
            setIsOpen(false);
          }}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}
