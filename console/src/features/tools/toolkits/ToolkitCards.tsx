import { CircleAlert, CircleCheck, Ellipsis, FileJson2, LoaderCircle, Pencil, Plug, RefreshCw, Server, Trash2 } from "lucide-react";
import { Link } from "react-router";
import { IconButton, Menu, Skeleton, Time, useProblemText } from "@/design";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useAskAgain, useToolkitKinds, useToolkitTools, type Toolkit } from "../api";
import { addressOf } from "./address";
import styles from "./Toolkits.module.css";

interface ToolkitCardsProps {
  toolkits: readonly Toolkit[] | undefined;
  onEdit: (toolkit: Toolkit) => void;
  onDelete: (toolkit: Toolkit) => void;
}

/** Toolkits as cards; grey ones while they are on their way. */
export function ToolkitCards({ toolkits, onEdit, onDelete }: ToolkitCardsProps) {
  const { t } = useI18n();
  return (
    <ul className={styles["grid"]} aria-label={t("tools.toolkits")} aria-busy={toolkits === undefined}>
      {toolkits
        ? toolkits.map((toolkit) => (
            <ToolkitCard key={toolkit.id} toolkit={toolkit} onEdit={() => onEdit(toolkit)} onDelete={() => onDelete(toolkit)} />
          ))
        : Array.from({ length: 3 }, (_, index) => <CardSkeleton key={index} />)}
    </ul>
  );
}

export function KindIcon({ kind, size = 17 }: { kind: string; size?: number }) {
  const Icon = kind === "mcp" ? Server : kind === "openapi" ? FileJson2 : Plug;
  return <Icon size={size} aria-hidden />;
}

function ToolkitCard({ toolkit, onEdit, onDelete }: { toolkit: Toolkit; onEdit: () => void; onDelete: () => void }) {
  const { t } = useI18n();
  const { may } = useSession();
  const kinds = useToolkitKinds();
  const ask = useAskAgain();
  const address = addressOf(toolkit.hints);
  const change = may("admin")
    ? ([
        { label: t("tools.editSettings"), icon: Pencil, onSelect: onEdit },
        "separator",
        { label: t("actions.delete"), icon: Trash2, isDangerous: true, onSelect: onDelete },
      ] as const)
    : [];
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <span className={styles["sign"]}>
          <KindIcon kind={toolkit.kind} />
        </span>
        <div className={styles["cardName"]}>
          <Link to={`/tools/${toolkit.id}`} className={styles["cardLink"]} title={toolkit.name}>
            {toolkit.name}
          </Link>
          <span className={styles["cardKind"]}>{kinds.data?.find(({ name }) => name === toolkit.kind)?.title ?? toolkit.kind}</span>
        </div>
        <Menu
          trigger={<IconButton icon={Ellipsis} size="small" label={t("tools.moreFor", { name: toolkit.name })} />}
          items={[{ label: t("tools.askAgain"), icon: RefreshCw, onSelect: () => void ask(toolkit.id) }, ...change]}
        />
      </div>
      <p className={styles["address"]} title={address}>
        {address}
      </p>
      <Health id={toolkit.id} />
    </li>
  );
}

/** How the last time went that a toolkit was asked for its tools. */
export function Health({ id }: { id: string }) {
  const { t } = useI18n();
  const tools = useToolkitTools(id);
  const { title, detail } = useProblemText(tools.error ?? new Error());
  if (tools.isFetching) {
    return (
      <p className={styles["health"]} data-asking>
        <LoaderCircle size={14} aria-hidden />
        {t("tools.asking")}
      </p>
    );
  }
  if (tools.isError) {
    return (
      <p className={styles["health"]} data-failed title={detail || title}>
        <CircleAlert size={14} aria-hidden />
        <span className={styles["reason"]}>{detail || title}</span>
      </p>
    );
  }
  return (
    <p className={styles["health"]}>
      <CircleCheck size={14} aria-hidden />
      {t("tools.toolCount", { count: tools.data?.length ?? 0 })}
      <span className={styles["when"]}>
        <Time at={tools.dataUpdatedAt} />
      </span>
    </p>
  );
}

function CardSkeleton() {
  return (
    <li className={styles["card"]}>
      <div className={styles["cardHead"]}>
        <Skeleton width={36} height={36} style={{ borderRadius: 8 }} />
        <div className={styles["cardName"]}>
          <Skeleton width={110} style={{ margin: "3px 0" }} />
          <Skeleton width={80} height={11} style={{ margin: "3px 0" }} />
        </div>
      </div>
      <p className={styles["address"]}>
        <Skeleton width="70%" height={12} />
      </p>
      <div className={styles["health"]}>
        <Skeleton width={64} />
      </div>
    </li>
  );
}
