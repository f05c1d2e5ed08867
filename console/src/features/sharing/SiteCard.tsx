import { ExternalLink, RefreshCw } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink, Card, CodeBlock, ConfirmDialog, CopyButton, ErrorNote, Switch, useToasts } from "@/design";
import type { App } from "@/features/apps";
import { useI18n } from "@/i18n";
import { useSession } from "@/shell";
import { useSaveSite, type Site, type SiteLook } from "./api";
import { LookForm } from "./LookForm";
import styles from "./Sharing.module.css";

/** The page of an app for people without an account: open or not, where it is, how it looks. */
export function SiteCard({ app, site }: { app: App; site: Site }) {
  const { t } = useI18n();
  const { may } = useSession();
  const { say } = useToasts();
  const save = useSaveSite(app.id);
  const [look, setLook] = useState<SiteLook>(site.look);
  const [isRenewing, setIsRenewing] = useState(false);
  const isChanged = JSON.stringify(look) !== JSON.stringify(site.look);
  const isReadOnly = !may("apps:write");
  const put = (change: { is_open?: boolean; renew_address?: boolean }, text: string) =>
    save.mutateAsync({ is_open: site.is_open, renew_address: false, look, ...change }).then(() => say(text));
  const toggle = (isOpen: boolean) => void put({ is_open: isOpen }, t(isOpen ? "sharing.opened" : "sharing.closed")).catch(() => undefined);
  return (
    <Card
      title={t("sharing.page")}
      description={t("sharing.pageHint")}
      actions={<Switch isOn={site.is_open} isDisabled={isReadOnly || save.isPending} onChange={toggle} label={t(site.is_open ? "sharing.isOpen" : "sharing.isClosed")} />}
    >
      <div className={styles["body"]}>
        {save.error && <ErrorNote error={save.error} />}
        {site.is_open && site.address && (
          <div className={styles["address"]}>
            <code>{site.address}</code>
            <CopyButton text={site.address} label={t("sharing.copyAddress")} />
            <ButtonLink size="small">
              <a href={site.address} target="_blank" rel="noopener">
                {t("actions.open")}
                <ExternalLink size={14} aria-hidden />
              </a>
            </ButtonLink>
            {!isReadOnly && (
              <Button size="small" variant="ghost" icon={RefreshCw} onClick={() => setIsRenewing(true)}>
                {t("sharing.renew")}
              </Button>
            )}
          </div>
        )}
        <div className={styles["columns"]}>
          <div className={styles["form"]}>
            <LookForm app={app} look={look} onChange={setLook} isReadOnly={isReadOnly} fault={(place) => save.error?.fault(`/look/${place}`)} />
            {!isReadOnly && (
              <div>
                <Button variant="primary" isBusy={save.isPending} disabled={!isChanged} onClick={() => void put({}, t("sharing.saved")).catch(() => undefined)}>
                  {t("actions.save")}
                </Button>
              </div>
            )}
          </div>
          <Preview site={site} />
        </div>
        {site.is_open && site.embed_code && <CodeBlock title={t("sharing.embed")} code={site.embed_code} isWrapped />}
      </div>
      {isRenewing && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setIsRenewing(false)}
          title={t("sharing.renewTitle")}
          confirmLabel={t("sharing.renew")}
          isDangerous
          onConfirm={() => put({ renew_address: true }, t("sharing.renewed"))}
        >
          {t("sharing.renewConfirm")}
        </ConfirmDialog>
      )}
    </Card>
  );
}

/** The page itself, as it was saved last. */
function Preview({ site }: { site: Site }) {
  const { t } = useI18n();
  const path = site.address && new URL(site.address).pathname;
  return (
    <div className={styles["preview"]}>
      {site.is_open && path ? (
        <iframe key={site.updated_at} src={`${path}?embed=1`} title={t("sharing.preview")} loading="lazy" />
      ) : (
        <p>{t("sharing.noPreview")}</p>
      )}
    </div>
  );
}
