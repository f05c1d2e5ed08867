import { Command } from "cmdk";
import { Languages, LogOut, Moon, Sun, type LucideIcon } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import { Suspense, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { LANGUAGES, useI18n, type Language } from "@/i18n";
import { features, navigation } from "@/shell/features";
import { useSession, useSignOut } from "@/shell/session";
import { setTheme } from "@/shell/theme";
import styles from "./CommandPalette.module.css";

interface PaletteProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Everything by name: pages, apps, what can be done. */
export function CommandPalette({ isOpen, onOpenChange }: PaletteProps) {
  const { t } = useI18n();
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles["overlay"]} />
        <Primitive.Content className={styles["palette"]} aria-describedby={undefined}>
          <Primitive.Title className={styles["title"]}>{t("shell.openCommands")}</Primitive.Title>
          <Entries onDone={() => onOpenChange(false)} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function Entries({ onDone }: { onDone: () => void }) {
  const { t, speak } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const pages = navigation.flatMap((group) => group.items).filter((item) => !item.scope || may(item.scope));
  return (
    <Command label={t("shell.openCommands")} loop>
      <Command.Input className={styles["input"]} placeholder={t("shell.commandHint")} autoFocus />
      <Command.List className={styles["list"]}>
        <Command.Empty className={styles["empty"]}>{t("actions.nothingFound")}</Command.Empty>
        <PaletteGroup heading={t("shell.goTo")}>
          {pages.map((item) => (
            <PaletteItem
              key={item.to}
              icon={item.icon}
              label={t(item.label)}
              keywords={[item.to]}
              onSelect={() => {
                onDone();
                void navigate(item.to);
              }}
            />
          ))}
        </PaletteGroup>
        <Suspense fallback={null}>
          {features.map(({ palette: More }, index) => More && <More key={index} onDone={onDone} />)}
        </Suspense>
        <PaletteGroup heading={t("shell.commands")}>
          <PaletteItem icon={Sun} label={`${t("shell.theme")}: ${t("shell.light")}`} onSelect={() => setTheme("light")} />
          <PaletteItem icon={Moon} label={`${t("shell.theme")}: ${t("shell.dark")}`} onSelect={() => setTheme("dark")} />
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <PaletteItem
              key={code}
              icon={Languages}
              label={`${t("shell.language")}: ${name}`}
              onSelect={() => void speak(code as Language)}
            />
          ))}
          <PaletteItem icon={LogOut} label={t("shell.signOut")} onSelect={() => void signOut()} />
        </PaletteGroup>
      </Command.List>
    </Command>
  );
}

/** A heading and what is under it, for a feature's `palette`. */
export function PaletteGroup({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group heading={heading} className={styles["group"]}>
      {children}
    </Command.Group>
  );
}

export interface PaletteItemProps {
  icon: LucideIcon;
  label: string;
  hint?: string;
  keywords?: string[];
  /** Tells entries apart that have the same label. */
  id?: string;
  onSelect: () => void;
}

export function PaletteItem({ icon: Icon, label, hint, keywords, id, onSelect }: PaletteItemProps) {
  return (
    <Command.Item className={styles["item"]} value={id ? `${label} ${id}` : label} keywords={keywords ?? []} onSelect={onSelect}>
      <Icon size={16} aria-hidden />
      <span className={styles["label"]}>{label}</span>
      {hint && <span className={styles["hint"]}>{hint}</span>}
    </Command.Item>
  );
}
