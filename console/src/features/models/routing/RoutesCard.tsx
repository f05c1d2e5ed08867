import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, Card, ErrorState, IconButton, SkeletonLines, useToasts } from "@/design";
import { useI18n } from "@/i18n";
import type { Model } from "../api";
import { changed, useChangeRoutes, useRoutes, type Route } from "./api";
import { RouteDialog } from "./RouteDialog";
import styles from "./Routing.module.css";

/** What happens when a model does not answer, by model. */
export function RoutesCard({ models }: { models: Model[] | undefined }) {
  const { t } = useI18n();
  const { say, fail } = useToasts();
  const routes = useRoutes();
  const change = useChangeRoutes();
  const [editing, setEditing] = useState<{ model?: string } | null>(null);
  if (routes.isError) return <ErrorState error={routes.error} onRetry={() => void routes.refetch()} />;
  const set = Object.entries(routes.data?.models ?? {});
  const remove = (model: string) =>
    change.mutate(({ models: before, credentials }) => ({ models: changed(before, model, null), credentials }), {
      onSuccess: () => say(t("routing.saved")),
      onError: fail,
    });
  return (
    <Card
      title={t("routing.title")}
      description={t("routing.hint")}
      actions={
        <Button size="small" icon={Plus} disabled={!routes.data || !models} onClick={() => setEditing({})}>
          {t("routing.add")}
        </Button>
      }
    >
      {!routes.data && <SkeletonLines lines={2} />}
      {routes.data && set.length === 0 && <p className={styles["empty"]}>{t("routing.empty")}</p>}
      <ul className={styles["routes"]}>
        {set.map(([model, route]) => (
          <li key={model}>
            <div className={styles["route"]}>
              <code>{model}</code>
              <RouteText route={route} />
            </div>
            <IconButton icon={Pencil} size="small" label={t("routing.edit", { name: model })} onClick={() => setEditing({ model })} />
            <IconButton
              icon={Trash2}
              size="small"
              label={t("routing.delete", { name: model })}
              disabled={change.isPending}
              onClick={() => remove(model)}
            />
          </li>
        ))}
      </ul>
      {editing !== null && routes.data && models && (
        <RouteDialog
          routes={routes.data}
          models={models}
          first={editing.model}
          onClose={() => setEditing(null)}
        />
      )}
    </Card>
  );
}

function RouteText({ route }: { route: Route }) {
  const { t } = useI18n();
  const seconds = (count: number) => t("routing.seconds", { count });
  const { fallbacks = [], hedge_after_s: hedge, first_token_timeout_s: first, idle_timeout_s: idle } = route;
  const told = [
    fallbacks.length > 0 && t("routing.fallbackAfter", { models: fallbacks.join(", ") }),
    hedge === "p95" && t("routing.secondSlow"),
    typeof hedge === "number" && t("routing.secondAfter", { after: seconds(hedge) }),
    first && `${t("routing.firstToken")}: ${seconds(first)}`,
    idle && `${t("routing.idle")}: ${seconds(idle)}`,
  ].filter(Boolean);
  return <span>{told.join(" · ")}</span>;
}
