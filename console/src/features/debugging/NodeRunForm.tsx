import { useMemo, useState } from "react";
import { Button, ErrorNote, Field, FieldStack, Textarea } from "@/design";
import { asValues, neededValues, type NodeTypes, type RunDocument, type RunModel } from "@/features/runs";
import { useI18n } from "@/i18n";
import { useNodeRun } from "./api";
import { readLoose, writeLoose } from "./changes";

interface NodeRunFormProps {
  app: string;
  document: RunDocument;
  nodeTypes: NodeTypes;
  node: string;
  /** Where values are taken from at first. */
  lastRun?: RunModel | undefined;
  scope?: string;
  onMade: (runId: string) => void;
  /** Saves what is not saved yet: the draft is what runs. */
  onBefore?: () => Promise<unknown>;
}

/** Runs one node alone, with values in the place of what it refers to. */
export function NodeRunForm({ app, document, nodeTypes, node, lastRun, scope = "", onMade, onBefore }: NodeRunFormProps) {
  const { t } = useI18n();
  const order = useNodeRun(app);
  const needed = useMemo(
    () => neededValues(document, node, nodeTypes.rawOf, lastRun, scope),
    [document, node, nodeTypes, lastRun, scope],
  );
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [isBusy, setIsBusy] = useState(false);
  const shown = (key: string, value: unknown, isKnown: boolean) => typed[key] ?? (isKnown ? writeLoose(value) : "");
  const isMissing = needed.some(({ root, name, value, isKnown }) => shown(`${root}.${name}`, value, isKnown) === "");
  const run = async () => {
    setIsBusy(true);
    try {
      await onBefore?.();
      const values = asValues(
        needed.map(({ root, name, value, isKnown }) => ({ root, name, value: readLoose(shown(`${root}.${name}`, value, isKnown)) })),
      );
      onMade(await order.mutateAsync({ node, values, version: "draft" }));
    } catch {
      // The error is shown below; what was typed stays.
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <FieldStack>
      {needed.length === 0 && <p>{t("debugging.needsNothing")}</p>}
      {needed.map(({ root, name, value, isKnown }) => {
        const key = `${root}.${name}`;
        return (
          <Field key={key} label={<code>{key}</code>} hint={isKnown && typed[key] === undefined ? t("debugging.fromLastRun") : undefined}>
            <Textarea
              isMono
              rows={1}
              spellCheck={false}
              placeholder={t("debugging.valueHint")}
              value={shown(key, value, isKnown)}
              onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
            />
          </Field>
        );
      })}
      {order.error && <ErrorNote error={order.error} />}
      <div>
        <Button variant="primary" isBusy={isBusy} disabled={isMissing} onClick={() => void run()}>
          {t("debugging.runAlone")}
        </Button>
      </div>
    </FieldStack>
  );
}
