import { Button, Callout, CodeBlock, Dialog, FieldStack } from "@/design";
import { Text, useI18n } from "@/i18n";
import styles from "./Plugins.module.css";

/** Files are put in place by the command line, on the machine where Skep runs; this says how. */
export function InstallDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={t("plugins.install")}
      description={t("plugins.installHint")}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("actions.done")}
        </Button>
      }
    >
      <FieldStack>
        <CodeBlock
          title={t("plugins.installThere")}
          language="bash"
          code={"skep plugin install ./skep-node-shout\nskep plugin install skep-node-shout   # from the package index"}
        />
        <p className={styles["quiet"]}>{t("plugins.installAfter")}</p>
        <CodeBlock title={t("plugins.write")} language="bash" code="skep plugin new shout --kind node" />
        <Callout tone="warning">
          <Text k="plugins.trust" values={{ command: <code>skep plugin list</code> }} />
        </Callout>
      </FieldStack>
    </Dialog>
  );
}
