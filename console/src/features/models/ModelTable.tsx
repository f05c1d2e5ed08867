import { SearchX } from "lucide-react";
import { useState } from "react";
import { Badge, Button, Card, EmptyState, SearchInput, Select, Switch, Table, Toolbar, type Column } from "@/design";
import { useI18n, type Translate } from "@/i18n";
import type { Model, Provider } from "./api";
import styles from "./Models.module.css";

const PAGE = 50;
const ALL = "…";

/** Every model, found by words, kind and provider. */
export function ModelTable({ models, providers }: { models: Model[] | undefined; providers: Provider[] | undefined }) {
  const { t } = useI18n();
  const [search, setSearch] = useState("");
  const [kind, setKind] = useState(ALL);
  const [isAll, setIsAll] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const columns = useColumns(providers);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models
    ?.filter((model) => isAll || model.is_ready)
    .filter((model) => kind === ALL || model.kind === kind)
    .filter((model) => words.every((word) => `${model.title} ${model.reference}`.toLowerCase().includes(word)));
  const kinds = [...new Set(models?.map((model) => model.kind) ?? [])].sort();
  const narrow = (change: () => void) => {
    change();
    setShown(PAGE);
  };
  return (
    <section className={styles["table"]}>
      <h2 className={styles["heading"]}>{t("models.all")}</h2>
      <Toolbar>
        <SearchInput label={t("models.search")} value={search} onChange={(event) => narrow(() => setSearch(event.target.value))} />
        <Select
          label={t("models.kind")}
          isFit
          value={kind}
          onChange={(value) => narrow(() => setKind(value))}
          options={[
            { value: ALL, label: t("models.kind_all") },
            ...kinds.map((each) => ({ value: each, label: each })),
          ]}
        />
        <Switch label={t("models.alsoOthers")} isOn={isAll} onChange={(value) => narrow(() => setIsAll(value))} />
        <span className={styles["found"]} role="status">
          {found ? t("models.count", { count: found.length }) : ""}
        </span>
      </Toolbar>
      <Card isFlush>
        <Table
          label={t("models.all")}
          columns={columns}
          rows={found?.slice(0, shown)}
          rowKey={(model) => `${model.kind} ${model.reference}`}
          empty={
            <EmptyState icon={SearchX} title={t("models.noneFit")} isCompact>
              {t("models.noneFitHint")}
            </EmptyState>
          }
        />
      </Card>
      {found && found.length > shown && (
        <div className={styles["more"]}>
          <Button onClick={() => setShown((before) => before + PAGE)}>{t("models.more", { count: found.length - shown })}</Button>
        </div>
      )}
    </section>
  );
}

function useColumns(providers: Provider[] | undefined): Column<Model>[] {
  const { t, format } = useI18n();
  const titles = new Map(providers?.map((provider) => [provider.name, provider.title]));
  return [
    {
      id: "model",
      header: t("models.model"),
      cell: (model) => (
        <div className={styles["model"]}>
          <span className={styles["modelTitle"]}>{model.title}</span>
          <code className={styles["reference"]}>{model.reference}</code>
        </div>
      ),
    },
    { id: "provider", header: t("models.provider"), width: "150px", cell: (model) => titles.get(model.provider) ?? model.provider },
    { id: "kind", header: t("models.kind"), width: "110px", cell: (model) => <Badge>{model.kind}</Badge> },
    {
      id: "abilities",
      header: t("models.abilities"),
      width: "190px",
      cell: (model) => (
        <span className={styles["badges"]}>
          {model.tools && <Badge>{t("models.tools")}</Badge>}
          {model.vision && <Badge>{t("models.vision")}</Badge>}
          {model.json_schema && <Badge>JSON</Badge>}
        </span>
      ),
    },
    {
      id: "context",
      header: t("models.context"),
      align: "end",
      width: "96px",
      cell: (model) => (model.context_tokens ? format.compact(model.context_tokens) : "–"),
    },
    {
      id: "price",
      header: <span title={t("models.priceHint")}>{t("models.price")}</span>,
      align: "end",
      width: "140px",
      cell: (model) => unitPrice(model, format.cost, t) ?? price(model, format.cost),
    },
  ];
}

/** What a model costs that is not billed by its tokens. */
function unitPrice(model: Model, cost: (usd: number) => string, t: Translate): string | null {
  if (model.minute_price) return t("models.perMinute", { cost: cost(model.minute_price) });
  if (model.character_price) return t("models.perCharacters", { cost: cost(model.character_price) });
  if (model.image_price) return t("models.perImage", { cost: cost(model.image_price) });
  if (model.search_price) return t("models.perSearches", { cost: cost(model.search_price) });
  const isFree = [model.minute_price, model.character_price, model.image_price, model.search_price].includes(0);
  return isFree ? cost(0) : null;
}

function price(model: Model, cost: (usd: number) => string): string {
  if (model.input_price === null) return "–";
  if (model.input_price === 0 && !model.output_price) return cost(0);
  return model.output_price === null || model.kind !== "chat" ? cost(model.input_price) : `${cost(model.input_price)} / ${cost(model.output_price)}`;
}
