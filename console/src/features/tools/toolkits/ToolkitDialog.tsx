import { useId, useState } from "react";
import type { ApiProblem } from "@/api/problem";
import { Button, Dialog, ErrorNote, ErrorState, type ObjectSchema } from "@/design";
import { useI18n } from "@/i18n";
import { useSaveToolkit, useToolkitKinds, type Toolkit, type ToolkitKind } from "../api";
import { heldAfter, heldOf, isComplete, NOTHING, settingsOf, suggestName, type Draft } from "./draft";
import { Outcome, OutcomeActions } from "./Outcome";
import { ToolkitForm } from "./ToolkitForm";

interface ToolkitDialogProps {
  /** The one to change; a new one without. */
  toolkit?: Toolkit;
  onClose: () => void;
}

/** Sets up a toolkit or changes one, and tells at once what it has. */
export function ToolkitDialog(props: ToolkitDialogProps) {
  const { t } = useI18n();
  const kinds = useToolkitKinds();
  if (kinds.isPending) return null;
  if (kinds.data?.[0]) return <Loaded {...props} kinds={kinds.data} first={kinds.data[0]} />;
  return (
    <Dialog isOpen onOpenChange={props.onClose} title={t("tools.addToolkit")}>
      {kinds.isError ? (
        <ErrorState error={kinds.error} onRetry={() => void kinds.refetch()} />
      ) : (
        <p>{t("tools.noKinds")}</p>
      )}
    </Dialog>
  );
}

function Loaded({ toolkit, onClose, kinds, first }: ToolkitDialogProps & { kinds: ToolkitKind[]; first: ToolkitKind }) {
  const { t } = useI18n();
  const form = useId();
  const save = useSaveToolkit();
  const [kindName, setKindName] = useState(toolkit?.kind ?? first.name);
  const kind = kinds.find(({ name }) => name === kindName) ?? first;
  const schema = kind.settings_schema as ObjectSchema;
  const [saved, setSaved] = useState(toolkit);
  const [held, setHeld] = useState(toolkit ? heldOf(schema, toolkit.hints) : NOTHING);
  const [draft, setDraft] = useState<Draft>({ name: toolkit?.name ?? "", values: held.values, ways: {} });
  const [isDone, setIsDone] = useState(false);
  const change = (next: Draft) => {
    // A name that nobody has typed follows the address.
    const isSuggested = saved === undefined && draft.name === suggestName(draft) && next.name === draft.name;
    setDraft(isSuggested ? { ...next, name: suggestName(next) } : next);
  };
  const isReady = isComplete(kind.name, schema, draft, held);
  const submit = () => {
    if (!isReady || save.isPending) return;
    const settings = settingsOf(kind.name, schema, draft, held);
    save.mutate(
      { id: saved?.id, kind: kind.name, name: draft.name, settings },
      {
        onSuccess: (made) => {
          setSaved(made);
          setHeld(heldAfter(kind.name, schema, draft, held, made.hints));
          setIsDone(true);
        },
      },
    );
  };
  // The same dialog goes on with other contents: it neither fades in again nor loses the focus.
  if (isDone && saved) {
    return (
      <Dialog
        isOpen
        onOpenChange={onClose}
        title={saved.name}
        description={t("tools.savedHint")}
        footer={<OutcomeActions toolkit={saved} onChange={() => setIsDone(false)} onClose={onClose} />}
      >
        <Outcome toolkit={saved} />
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={saved ? t("tools.editToolkit", { name: saved.name }) : t("tools.addToolkit")}
      description={saved ? undefined : t("tools.addToolkitHint")}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" isBusy={save.isPending} disabled={!isReady}>
            {saved ? t("actions.save") : t("actions.add")}
          </Button>
        </>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ToolkitForm
          key={kind.name}
          kinds={kinds}
          kind={kind}
          onKind={(name) => {
            save.reset();
            setKindName(name);
          }}
          draft={draft}
          onChange={change}
          held={held}
          isThere={saved !== undefined}
          faultOf={(field) => save.error?.fault(`/${field}`)}
        />
        {save.error && !isPlaced(save.error) && <ErrorNote error={save.error} />}
      </form>
    </Dialog>
  );
}

/** Whether all that is wrong is told at a field. */
function isPlaced({ errors }: ApiProblem): boolean {
  return errors.length > 0 && errors.every(({ pointer }) => pointer === "/name" || /^\/settings\/[^/]+$/.test(pointer));
}
