import { Languages } from "lucide-react";
import type { ReactNode } from "react";
import { Button, classes, Menu } from "@/design";
import { LANGUAGES, useI18n, type Language } from "@/i18n";
import styles from "./BarePage.module.css";

/** A page for somebody who is not signed in: the sign, one column, the language. */
export function BarePage({ title, description, isWide, children }: { title: string; description?: ReactNode; isWide?: boolean; children: ReactNode }) {
  const { language, speak } = useI18n();
  return (
    <div className={styles["page"]}>
      <main className={classes(styles["column"], isWide && styles["wide"])}>
        <img src="/skep.svg" alt="Skep" width={36} height={36} />
        <h1>{title}</h1>
        {description && <p className={styles["description"]}>{description}</p>}
        {children}
      </main>
      <footer className={styles["footer"]}>
        <Menu
          align="start"
          side="top"
          items={Object.entries(LANGUAGES).map(([code, label]) => ({
            label,
            isChecked: code === language,
            onSelect: () => void speak(code as Language),
          }))}
          trigger={
            <Button variant="ghost" size="small" icon={Languages}>
              {LANGUAGES[language]}
            </Button>
          }
        />
      </footer>
    </div>
  );
}
