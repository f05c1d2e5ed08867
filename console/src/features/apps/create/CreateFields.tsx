import type { ReactNode } from "react";
import type { ApiProblem } from "@/api/problem";
import { Button, ErrorNote, Field, Input } from "@/design";
import { useI18n } from "@/i18n";
import styles from "../Apps.module.css";

export interface NameAndCreateProps {
  name: string;
  placeholder?: string;
  onName: (name: string) => void;
  onCreate: () => void;
  isBusy: boolean;
  error: ApiProblem | null;
  label: string;
  /** Beside the button: what else can be done. */
  extra?: ReactNode;
}

/** The end of each way to create an app: its name and the button. */
export function NameAndCreate(props: NameAndCreateProps) {
  const { t } = useI18n();
  const taken = props.error?.code === "name_taken" ? props.error.detail : undefined;
  return (
    <form
      className={styles["createFoot"]}
      onSubmit={(event) => {
        event.preventDefault();
        props.onCreate();
      }}
    >
      {props.error && !taken && <ErrorNote error={props.error} />}
      <Field label={t("apps.name")} error={taken}>
        <Input
          value={props.name}
          placeholder={props.placeholder}
          maxLength={200}
          onChange={(event) => props.onName(event.target.value)}
        />
      </Field>
      <div className={styles["createButtons"]}>
        {props.extra}
        <Button type="submit" variant="primary" isBusy={props.isBusy} disabled={!(props.name.trim() || props.placeholder)}>
          {props.label}
        </Button>
      </div>
    </form>
  );
}
