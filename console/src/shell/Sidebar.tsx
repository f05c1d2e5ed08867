import { ChevronsUpDown, Languages, LogOut, Monitor, Moon, Search, Settings, Sun } from "lucide-react";
import { Link, NavLink, useNavigate } from "react-router";
import { Avatar, classes, Kbd, Menu, useToasts, type MenuEntry } from "@/design";
import { LANGUAGES, useI18n, type Language } from "@/i18n";
import { navigation } from "@/shell/features";
import { useSession, useSignOut } from "@/shell/session";
import { setTheme, useTheme, type Theme } from "@/shell/theme";
import styles from "./Shell.module.css";

const THEMES: readonly [Theme, typeof Sun][] = [
  ["system", Monitor],
  ["light", Sun],
  ["dark", Moon],
];

export function Sidebar({ onOpenPalette }: { onOpenPalette: () => void }) {
  const { t } = useI18n();
  const { may } = useSession();
  return (
    <header className={styles["sidebar"]}>
      <Link to="/apps" className={styles["brand"]}>
        <img src="/skep.svg" alt="" width={20} height={20} />
        <span>Skep</span>
      </Link>
      <button type="button" className={styles["searchButton"]} onClick={onOpenPalette}>
        <Search size={14} aria-hidden />
        <span>{t("actions.search")}</span>
        <Kbd keys="mod+k" />
      </button>
      <nav aria-label={t("shell.navigation")} className={styles["navigation"]}>
        {navigation.map(({ group, items }) => (
          <div key={group} className={styles["group"]}>
            <div className={styles["groupName"]}>{t(`shell.${group}`)}</div>
            <ul>
              {items
                .filter((item) => !item.scope || may(item.scope))
                .map(({ icon: Icon, ...item }) => (
                  <li key={item.to}>
                    <NavLink to={item.to} className={({ isActive }) => classes(styles["item"], isActive && styles["active"])}>
                      <Icon size={16} aria-hidden />
                      {t(item.label)}
                    </NavLink>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      <AccountMenu />
    </header>
  );
}

function AccountMenu() {
  const { t, language, speak } = useI18n();
  const { me } = useSession();
  const theme = useTheme();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { fail } = useToasts();
  const name = me.member?.name ?? me.tenant.name;
  const items: MenuEntry[] = [
    { heading: me.member?.email ?? me.id },
    { label: t("shell.settings"), icon: Settings, onSelect: () => void navigate("/settings") },
    "separator",
    {
      label: t("shell.theme"),
      icon: Moon,
      items: THEMES.map(([choice, icon]) => ({
        label: t(`shell.${choice}`),
        icon,
        isChecked: choice === theme,
        onSelect: () => setTheme(choice),
      })),
    },
    {
      label: t("shell.language"),
      icon: Languages,
      items: Object.entries(LANGUAGES).map(([code, label]) => ({
        label,
        isChecked: code === language,
        onSelect: () => void speak(code as Language),
      })),
    },
    "separator",
    { label: t("shell.signOut"), icon: LogOut, onSelect: () => void signOut().catch(fail) },
  ];
  return (
    <Menu
      align="start"
      side="top"
      items={items}
      trigger={
        <button type="button" className={styles["account"]} title={t("shell.account")}>
          <Avatar name={name} />
          <span className={styles["accountName"]}>{name}</span>
          <ChevronsUpDown size={14} aria-hidden />
        </button>
      }
    />
  );
}
