import { ListFilter } from "lucide-react";
import { useSearchParams } from "react-router";
import { Button, Combobox, Page, PageHeader, Popover, SegmentedControl, Toolbar } from "@/design";
import { Text, useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { KindChecklist } from "../shared/KindChecklist";
import { FOR_WEBHOOKS } from "../shared/kinds";
import { useApps } from "../shared/use-apps";
import styles from "./Tail.module.css";
import { Tail } from "./Tail";
import type { TailFilter } from "./use-tail";

const ANY = "…";

/** What happens, while it happens. The address keeps the filter. */
export function Component() {
  const { t } = useI18n();
  const { may } = useSession();
  const [params, setParams] = useSearchParams();
  const { apps } = useApps();
  const filter: TailFilter = {
    kinds: (params.get("kind") ?? "").split(",").filter(Boolean),
    app: params.get("app") ?? "",
    from: params.get("from") === "start" ? "start" : "now",
  };
  const setParam = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  };
  return (
    <Page>
      <PageHeader
        title={t("events.title")}
        description={<Text k="events.hint" values={{ address: <code>GET /api/v1/events</code> }} />}
      />
      <Toolbar>
        <Popover
          label={t("events.kinds")}
          trigger={
            <Button icon={ListFilter}>
              {filter.kinds.length > 0 ? t("events.kindCount", { count: filter.kinds.length }) : t("events.allKinds")}
            </Button>
          }
        >
          <KindChecklist
            nouns={may("operator") ? [...FOR_WEBHOOKS, "plugin"] : FOR_WEBHOOKS}
            chosen={filter.kinds}
            onChange={(kinds) => setParam("kind", kinds.join(","))}
          />
        </Popover>
        <Combobox
          className={styles["apps"] ?? ""}
          label={t("events.app")}
          value={filter.app || ANY}
          onChange={(app) => setParam("app", app === ANY ? "" : app)}
          options={[{ value: ANY, label: t("events.anyApp") }, ...apps.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <SegmentedControl
          label={t("events.from")}
          value={filter.from}
          onChange={(from) => setParam("from", from === "now" ? "" : from)}
          options={[
            { value: "now", label: t("events.fromNow") },
            { value: "start", label: t("events.fromStart") },
          ]}
        />
      </Toolbar>
      <Tail key={params.toString()} filter={filter} onReset={() => setParams({}, { replace: true })} />
    </Page>
  );
}
