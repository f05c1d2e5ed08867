import { useEffect, useState } from "react";
import { Outlet, ScrollRestoration, useMatches, useNavigation } from "react-router";
import { classes } from "@/design";
import { useI18n } from "@/i18n";
import { CommandPalette } from "@/shell/CommandPalette";
import { ExpiredSession } from "@/shell/ExpiredSession";
import type { PageHandle } from "@/shell/feature";
import { OfflineBanner } from "@/shell/OfflineBanner";
import { SessionGate } from "@/shell/SessionGate";
import { Sidebar } from "@/shell/Sidebar";
import { TopBar } from "@/shell/TopBar";
import styles from "./Shell.module.css";

/** Navigation at the left, path at the top, the page. */
export function Shell() {
  return (
    <SessionGate>
      <SignedIn />
    </SessionGate>
  );
}

function SignedIn() {
  const { t } = useI18n();
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  const matches = useMatches();
  const isFull = matches.some((match) => (match.handle as PageHandle | undefined)?.isFull);
  const isMoving = useNavigation().state !== "idle";

  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        setIsPaletteOpen((isOpen) => !isOpen);
      }
    };
    window.addEventListener("keydown", open);
    return () => window.removeEventListener("keydown", open);
  }, []);

  return (
    <div className={classes(styles["shell"], isFull && styles["fullShell"])}>
      <a href="#content" className={styles["skip"]}>
        {t("shell.skip")}
      </a>
      {isMoving && <div className={styles["moving"]} role="progressbar" aria-label={t("shell.loading")} />}
      <Sidebar onOpenPalette={() => setIsPaletteOpen(true)} />
      <div className={styles["main"]}>
        <TopBar />
        <OfflineBanner />
        <main id="content" tabIndex={-1} className={isFull ? styles["full"] : styles["content"]}>
          <Outlet />
        </main>
      </div>
      <CommandPalette isOpen={isPaletteOpen} onOpenChange={setIsPaletteOpen} />
      <ExpiredSession />
      <ScrollRestoration />
    </div>
  );
}
