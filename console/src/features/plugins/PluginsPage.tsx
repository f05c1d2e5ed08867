import { Plus, Puzzle, SearchX } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import {
  Button,
  Callout,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  Page,
  PageHeader,
  SearchInput,
  SegmentedControl,
  Spacer,
  Toolbar,
  useToasts,
} from "@/design";
import { Text, useI18n } from "@/i18n";
import { usePlugins, useRemovePlugin } from "./api";
import { InstallDialog } from "./InstallDialog";
import { isFound, otherFailures, shownPlugins, type ShownPlugin } from "./overview";
import { PluginList, PluginSkeleton } from "./PluginList";
import { Services } from "./Services";
import styles from "./Plugins.module.css";

/** What is installed, what it adds, and what does not load. */
export function Component() {
  const { t } = useI18n();
  const [params, setParams] = useSearchParams();
  const plugins = usePlugins();
  const [isInstalling, setIsInstalling] = useState(false);
  const [leaving, setLeaving] = useState<ShownPlugin | null>(null);
  const all = useMemo(() => (plugins.data ? shownPlugins(plugins.data) : undefined), [plugins.data]);
  const search = params.get("search") ?? "";
  const show = params.get("show") === "attention" ? "attention" : "all";
  const setParam = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  };
  const needing = all?.filter(({ state }) => state !== "loaded") ?? [];
  const shown = (show === "attention" ? needing : (all ?? [])).filter((plugin) => isFound(plugin, search));
  const install = (
    <Button variant="primary" icon={Plus} onClick={() => setIsInstalling(true)}>
      {t("plugins.install")}
    </Button>
  );
  return (
    <Page>
      <PageHeader title={t("shell.plugins")} description={t("plugins.hint")} actions={install} />
      {plugins.isError ? (
        <ErrorState error={plugins.error} onRetry={() => void plugins.refetch()} />
      ) : (
        <>
          <Services services={plugins.data?.services} />
          {plugins.data && <Unknown failures={otherFailures(plugins.data)} />}
          <Toolbar>
            <SearchInput label={t("plugins.search")} value={search} onChange={(event) => setParam("search", event.target.value)} />
            <Spacer />
            <SegmentedControl
              label={t("plugins.show")}
              value={show}
              onChange={(value) => setParam("show", value === "all" ? "" : value)}
              options={[
                { value: "all", label: t("plugins.showAll") },
                { value: "attention", label: t("plugins.showAttention", { count: String(needing.length) }) },
              ]}
            />
          </Toolbar>
          <Shown plugins={all && shown} isAny={all?.length !== 0} search={search} install={install} onRemove={setLeaving} />
        </>
      )}
      {isInstalling && <InstallDialog onClose={() => setIsInstalling(false)} />}
      {leaving && <RemoveDialog plugin={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

interface ShownProps {
  plugins: readonly ShownPlugin[] | undefined;
  isAny: boolean;
  search: string;
  install: ReactNode;
  onRemove: (plugin: ShownPlugin) => void;
}

function Shown({ plugins, isAny, search, install, onRemove }: ShownProps) {
  const { t } = useI18n();
  const [, setParams] = useSearchParams();
  if (!plugins) return <PluginSkeleton />;
  if (plugins.length > 0) return <PluginList plugins={plugins} onRemove={onRemove} />;
  if (!isAny) return <EmptyState icon={Puzzle} title={t("plugins.none")} action={install} />;
  return (
    <EmptyState
      icon={search ? SearchX : Puzzle}
      title={search ? t("plugins.noneFit", { search }) : t("plugins.allLoaded")}
      action={<Button onClick={() => setParams({}, { replace: true })}>{t("plugins.showEvery")}</Button>}
    />
  );
}

function RemoveDialog({ plugin, onClose }: { plugin: ShownPlugin; onClose: () => void }) {
  const { t } = useI18n();
  const { say } = useToasts();
  const remove = useRemovePlugin();
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={t("plugins.removeTitle", { name: plugin.name })}
      confirmLabel={t("actions.remove")}
      isDangerous
      onConfirm={async () => {
        await remove.mutateAsync(plugin.name);
        say(t("plugins.removed", { name: plugin.name }));
      }}
    >
      <p>{t("plugins.removeConfirm")}</p>
      <p className={styles["quiet"]}>
        <Text k="plugins.removeFiles" values={{ command: <code>{`skep plugin remove ${plugin.name}`}</code> }} />
      </p>
    </ConfirmDialog>
  );
}

/** What failed to load and belongs to nothing that is listed. */
function Unknown({ failures }: { failures: ReturnType<typeof otherFailures> }) {
  const { t } = useI18n();
  if (failures.length === 0) return null;
  return (
    <div className={styles["unknown"]}>
      <Callout tone="danger" title={t("plugins.notLoaded")}>
        <ul>
          {failures.map(({ service, name, group, reason }) => (
            <li key={service + name + group}>
              <strong>{name}</strong> ({service}): {reason}
            </li>
          ))}
        </ul>
      </Callout>
    </div>
  );
}
