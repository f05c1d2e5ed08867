import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/design/button/Button";
import { IconButton } from "@/design/button/IconButton";
import { useI18n } from "@/i18n";

/** Copies `text`; with `label` it is a button with words, else an icon. */
export function CopyButton({ text, label, size = "small" }: { text: string; label?: string; size?: "small" | "medium" }) {
  const { t } = useI18n();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), 1_600);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void copyText(text).then(setIsCopied);
  const icon = isCopied ? Check : Copy;
  if (label) {
    return (
      <Button size={size} icon={icon} onClick={copy}>
        {isCopied ? t("actions.copied") : label}
      </Button>
    );
  }
  return <IconButton size={size} icon={icon} label={isCopied ? t("actions.copied") : t("actions.copy")} onClick={copy} />;
}

/** Copies text to the clipboard; tells whether that worked (it does not on pages without https). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyThroughSelection(text);
  }
}

function copyThroughSelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  // Deprecated, and the only way where the page has no secure context.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}
