import { Pencil, RefreshCw, SearchX, Trash2, Wrench } from "lucide-react";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import {
  Button,
  Card,
  DataList,
  EmptyState,
  ErrorState,
  Page,
  PageHeader,
  SearchInput,
  Skeleton,
  Time,
  Toolbar,
  type ObjectSchema,
} from "@/design";
import { useI18n } from "@/i18n";
import { NotFound, useSession } from "@/shell";
import { useAskAgain, useToolkitKinds, useToolkits, useToolkitTools, type Toolkit, type ToolkitKind } from "../api";
import { ToolList } from "../shared/ToolList";
import { DeleteToolkit } from "./DeleteToolkit";
import { AskFailed } from "./Outcome";
import { SignInButton, SignInState } from "./SignIn";
import { ToolkitDialog } from "./ToolkitDialog";
import { Health } from "./ToolkitCards";
import styles from "./Toolkits.module.css";

const MANY = 8;

/** One toolkit: what it offers, and how it is reached. */
export function Component() {
  const { toolkit: id = "" } = useParams();
  const toolkits = useToolkits();
  const kinds = useToolkitKinds();
  if (toolkits.isError) {
    return (
      <Page>
        <ErrorState error={toolkits.error} onRetry={() => void toolkits.refetch()} />
      </Page>
    );
  }
  if (!toolkits.data) {
    return (
      <Page>
        <Skeleton width={220} height={26} />
      </Page>
    );
  }
  const toolkit = toolkits.data.find((each) => each.id === id);
  if (!toolkit) return <NotFound />;
  return <Shown toolkit={toolkit} kind={kinds.data?.find(({ name }) => name === toolkit.kind)} />;
}

function Shown({ toolkit, kind }: { toolkit: Toolkit; kind: ToolkitKind | undefined }) {
  const { t } = useI18n();
  const { may } = useSession();
  const navigate = useNavigate();
  const ask = useAskAgain();
  const tools = useToolkitTools(toolkit.id);
  const [isEditing, setIsEditing] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const actions = (
    <>
      <Button icon={RefreshCw} isBusy={tools.isFetching} onClick={() => void ask(toolkit.id)}>
        {t("tools.askAgain")}
      </Button>
      {may("admin") && (
        <>
          {kind?.has_sign_in && <SignInButton toolkit={toolkit} />}
          <Button icon={Pencil} onClick={() => setIsEditing(true)}>
            {t("tools.editSettings")}
          </Button>
          <Button icon={Trash2} onClick={() => setIsLeaving(true)}>
            {t("actions.delete")}
          </Button>
        </>
      )}
    </>
  );
  return (
    <Page>
      <PageHeader title={toolkit.name} description={kind?.title ?? toolkit.kind} actions={actions} />
      <Card className={styles["facts"] ?? ""}>
        <DataList items={useFacts(toolkit, kind)} />
      </Card>
      <Tools toolkit={toolkit} tools={tools} />
      {isEditing && <ToolkitDialog toolkit={toolkit} onClose={() => setIsEditing(false)} />}
      {isLeaving && (
        <DeleteToolkit toolkit={toolkit} onClose={() => setIsLeaving(false)} onDeleted={() => void navigate("/tools")} />
      )}
    </Page>
  );
}

function useFacts(toolkit: Toolkit, kind: ToolkitKind | undefined) {
  const { t } = useI18n();
  const { properties = {} } = (kind?.settings_schema ?? {}) as ObjectSchema;
  const settings = Object.entries(toolkit.hints).map(([name, hint]) => ({
    label: properties[name]?.title ?? name,
    value: <span className={styles["hint"]}>{hint}</span>,
  }));
  return [
    { label: t("tools.state"), value: <Health id={toolkit.id} /> },
    ...(kind?.has_sign_in ? [{ label: t("tools.account"), value: <SignInState toolkit={toolkit} /> }] : []),
    ...settings,
    { label: t("tools.setUp"), value: <Time at={toolkit.created_at} /> },
  ];
}

function Tools({ toolkit, tools }: { toolkit: Toolkit; tools: ReturnType<typeof useToolkitTools> }) {
  const { t } = useI18n();
  const ask = useAskAgain();
  const [search, setSearch] = useState("");
  const again = (
    <Button size="small" isBusy={tools.isFetching} onClick={() => void ask(toolkit.id)}>
      {t("actions.tryAgain")}
    </Button>
  );
  const words = search.trim().toLowerCase();
  const shown = tools.data?.filter(({ name, title, description }) => `${name} ${title} ${description}`.toLowerCase().includes(words));
  return (
    <section aria-label={t("tools.toolsOf", { name: toolkit.name })}>
      {tools.isError && <AskFailed error={tools.error} action={again} />}
      {tools.data && tools.data.length > MANY && (
        <Toolbar>
          <SearchInput label={t("tools.searchTools")} value={search} onChange={(event) => setSearch(event.target.value)} />
        </Toolbar>
      )}
      {tools.data?.length === 0 ? (
        <EmptyState icon={Wrench} title={t("tools.noTools")} isCompact>
          {t("tools.offersNone")}
        </EmptyState>
      ) : shown?.length === 0 ? (
        <EmptyState
          icon={SearchX}
          title={t("tools.noneFit", { search: search.trim() })}
          action={<Button onClick={() => setSearch("")}>{t("tools.clearSearch")}</Button>}
        />
      ) : (
        (shown ?? !tools.isError) && <ToolList label={t("tools.toolsOf", { name: toolkit.name })} tools={shown} />
      )}
    </section>
  );
}
