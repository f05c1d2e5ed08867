import { Callout, classes, Markdown } from "@/design";
import { useI18n } from "@/i18n";
import type { Site } from "../api/types";
import { Mark } from "../shared/Mark";
import styles from "./Chat.module.css";

interface GreetingProps {
  site: Pick<Site, "title" | "description" | "look">;
  isEmbedded: boolean;
  isReady: boolean;
  onPick: (query: string) => void;
}

/** What a conversation begins with: who answers here, and what could be asked. */
export function Greeting({ site, isEmbedded, isReady, onPick }: GreetingProps) {
  const { t } = useI18n();
  const { greeting, suggestions = [] } = site.look;
  return (
    <div className={classes(styles["greeting"], isEmbedded && styles["compact"])}>
      {!isEmbedded && <Mark title={site.title} isLarge />}
      {!isEmbedded && <p className={styles["name"]}>{site.title}</p>}
      {greeting ? (
        <div className={styles["hello"]}>
          <Markdown text={greeting} />
        </div>
      ) : (
        <p className={styles["hello"]}>{site.description || t("webapp.hello")}</p>
      )}
      {!isReady && <Callout tone="warning">{t("webapp.notReady")}</Callout>}
      {suggestions.length > 0 && (
        <ul className={styles["chips"]} aria-label={t("webapp.suggestions")}>
          {suggestions.map((suggestion) => (
            <li key={suggestion}>
              <button type="button" disabled={!isReady} onClick={() => onPick(suggestion)}>
                {suggestion}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
