import { Button } from "@/design/button/Button";
import { useI18n } from "@/i18n";
import styles from "./Page.module.css";

interface LoadMoreProps {
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

/** The end of a list that has more: `<LoadMore pages={useCursorPages(…)} />`. */
export function LoadMore({ pages }: LoadMoreProps) {
  const { t } = useI18n();
  if (!pages.hasNextPage) return null;
  return (
    <div className={styles["more"]}>
      <Button size="small" isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {t("actions.loadMore")}
      </Button>
    </div>
  );
}
