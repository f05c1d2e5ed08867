import { Ellipsis, KeyRound, Trash2, Wrench } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Badge, Button, ConfirmDialog, EmptyState, ErrorState, IconButton, Menu, useToasts } from "@/design";
import { Text, useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useInstalledTools, useRemoveCredentials, useToolCredentials, type Credential, type InstalledTool } from "../api";
import { ToolList } from "../shared/ToolList";
import { CredentialDialog } from "./CredentialDialog";

/** The tools that plugins bring, and the credentials of those that want one. */
export function InstalledTools() {
  const { t } = useI18n();
  const { may } = useSession();
  const { say } = useToasts();
  const tools = useInstalledTools();
  const takes = tools.data?.some((tool) => tool.credential_provider !== null) ?? false;
  const credentials = useToolCredentials({ enabled: takes && may("admin") });
  const remove = useRemoveCredentials();
  const [entering, setEntering] = useState<InstalledTool | null>(null);
  const [leaving, setLeaving] = useState<InstalledTool | null>(null);
  const ofTool = (tool: InstalledTool) => credentials.data?.filter(({ provider }) => provider === tool.credential_provider) ?? [];
  if (tools.isError) return <ErrorState error={tools.error} onRetry={() => void tools.refetch()} />;
  if (tools.data?.length === 0) {
    return (
      <EmptyState icon={Wrench} title={t("tools.noneInstalled")} isCompact>
        <Text k="tools.noneInstalledHint" values={{ plugins: <Link to="/plugins">{t("shell.plugins")}</Link> }} />
      </EmptyState>
    );
  }
  return (
    <>
      <ToolList
        label={t("tools.installed")}
        tools={tools.data}
        aside={(tool) =>
          tool.credential_provider !== null && (
            <CredentialState
              tool={tool}
              has={ofTool(tool)}
              onEnter={() => setEntering(tool)}
              onRemove={() => setLeaving(tool)}
            />
          )
        }
      />
      {entering && <CredentialDialog tool={entering} before={ofTool(entering)} onClose={() => setEntering(null)} />}
      {leaving && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setLeaving(null)}
          title={t("tools.removeCredential", { tool: leaving.title })}
          confirmLabel={t("actions.remove")}
          isDangerous
          onConfirm={async () => {
            await remove.mutateAsync(ofTool(leaving));
            say(t("tools.credentialRemoved", { tool: leaving.title }));
          }}
        >
          {t(leaving.needs_credential ? "tools.removeNeeded" : "tools.removeOptional")}
        </ConfirmDialog>
      )}
    </>
  );
}

interface CredentialStateProps {
  tool: InstalledTool;
  has: readonly Credential[];
  onEnter: () => void;
  onRemove: () => void;
}

function CredentialState({ tool, has, onEnter, onRemove }: CredentialStateProps) {
  const { t } = useI18n();
  const { may } = useSession();
  const isStored = has.length > 0 || (tool.needs_credential && tool.is_usable);
  const badge = isStored ? (
    <Badge tone="succeeded" icon={KeyRound}>
      {t("tools.hasCredential")}
    </Badge>
  ) : (
    <Badge tone={tool.needs_credential ? "paused" : "neutral"} icon={KeyRound}>
      {t(tool.needs_credential ? "tools.needsCredential" : "tools.takesCredential")}
    </Badge>
  );
  if (!may("admin")) return badge;
  if (has.length === 0) {
    return (
      <>
        {badge}
        <Button size="small" onClick={onEnter}>
          {t("tools.addCredential")}
        </Button>
      </>
    );
  }
  return (
    <>
      {badge}
      <Menu
        trigger={<IconButton icon={Ellipsis} size="small" label={t("tools.moreFor", { name: tool.title })} />}
        items={[
          { label: t("tools.replaceCredential"), icon: KeyRound, onSelect: onEnter },
          "separator",
          { label: t("actions.remove"), icon: Trash2, isDangerous: true, onSelect: onRemove },
        ]}
      />
    </>
  );
}
