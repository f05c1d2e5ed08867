import { Play } from "lucide-react";
import { useEffect } from "react";
import { Button } from "@/design";
import { useI18n } from "@/i18n";
import { changePanel, FORM_ID, usePanel } from "./store";

/** Opens and closes the run panel. ⌘↵ opens it, and then runs the draft. */
export function RunButton({ app }: { app: string }) {
  const { t } = useI18n();
  const { isOpen } = usePanel(app);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.defaultPrevented) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      event.preventDefault();
      const form = document.getElementById(FORM_ID);
      if (form instanceof HTMLFormElement) form.requestSubmit();
      else changePanel(app, { isOpen: true });
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [app]);
  return (
    <Button size="small" icon={Play} aria-expanded={isOpen} onClick={() => changePanel(app, { isOpen: !isOpen })}>
      {t("debugging.panel")}
    </Button>
  );
}
