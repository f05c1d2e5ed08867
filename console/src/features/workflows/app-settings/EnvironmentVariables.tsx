import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, call } from "@/api/client";
import { useEditor, useEditorParts, type EnvironmentVariable } from "@/canvas";
import { issueAt } from "@/canvas/state/issues";
import { Badge, Button, ErrorNote, Input } from "@/design";
import { useI18n } from "@/i18n";
import { textValue, valueText } from "../inspector/fields/ValueField";
import { renameVariable } from "./rename-variable";
import styles from "./AppSettings.module.css";
import { freshName, VariableRow } from "./VariableRow";

const TYPES = ["string", "number", "boolean", "object", "secret"] as const;

/** Values set once for the app; those of secrets are kept apart from the document and never shown. */
export function EnvironmentVariables({ app }: { app: string }) {
  const { t } = useI18n();
  const editor = useEditor();
  const { variables, issues, isReadOnly } = useEditorParts((state) => ({
    variables: state.document.environment,
    issues: state.issues,
    isReadOnly: state.isReadOnly,
  }));
  const names = variables.map(({ name }) => name);
  const write = (environment: EnvironmentVariable[], group: string) => editor.edit((document) => ({ ...document, environment }), { group: `env/${group}` });
  const change = (index: number, changes: Partial<EnvironmentVariable>) => {
    const old = variables[index];
    if (old) write(variables.with(index, { ...old, ...changes }), `${index}/${Object.keys(changes).join()}`);
  };
  return (
    <div className={styles["tab"]}>
      <p className={styles["intro"]}>{t("workflows.environmentHint", { open: "{{", close: "}}" })}</p>
      <ul className={styles["variables"]}>
        {variables.map((variable, index) => {
          const { name, type = "string", value } = variable;
          return (
            <VariableRow
              key={name}
              name={name}
              type={type}
              types={TYPES}
              taken={names}
              fault={issueAt(issues, ["environment", index, "value"])?.message}
              isReadOnly={isReadOnly}
              onRename={(next) => editor.edit((document) => renameVariable(document, editor.getState().catalog, "env", name, next))}
              onType={(next) => change(index, { type: next, value: undefined })}
              onRemove={() => write(variables.toSpliced(index, 1), "remove")}
            >
              {type === "secret" ? (
                <SecretValue app={app} name={name} isReadOnly={isReadOnly} />
              ) : (
                <Input
                  className={styles["value"] ?? ""}
                  aria-label={t("workflows.valueOf", { name })}
                  placeholder={t("workflows.value")}
                  value={valueText(value)}
                  disabled={isReadOnly}
                  onChange={(event) => change(index, { value: type === "string" ? event.target.value || undefined : textValue(event.target.value || undefined, undefined) })}
                />
              )}
            </VariableRow>
          );
        })}
      </ul>
      <Button size="small" icon={Plus} disabled={isReadOnly} onClick={() => write([...variables, { name: freshName(names, "VARIABLE") }], "add")}>
        {t("workflows.addVariable")}
      </Button>
    </div>
  );
}

/** A secret can be set and forgotten, not read. */
function SecretValue({ app, name, isReadOnly }: { app: string; name: string; isReadOnly: boolean }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [value, setValue] = useState("");
  const key = ["apps", app, "secrets"];
  const secrets = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await call(api.GET("/api/v1/apps/{app}/secrets", { params: { path: { app } }, signal }))).items,
  });
  const save = useMutation({
    mutationFn: async () => {
      await api.PUT("/api/v1/apps/{app}/secrets/{name}", { params: { path: { app, name } }, body: { value } });
    },
    onSuccess: async () => {
      setValue("");
      await queries.invalidateQueries({ queryKey: key });
    },
  });
  const isSet = secrets.data?.find((secret) => secret.name === name)?.is_set ?? false;
  return (
    <>
      <form
        className={styles["secret"]}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Input
          type="password"
          autoComplete="off"
          aria-label={t("workflows.valueOf", { name })}
          placeholder={isSet ? t("workflows.secretIsSet") : t("workflows.secretNotSet")}
          value={value}
          disabled={isReadOnly}
          onChange={(event) => setValue(event.target.value)}
        />
        {secrets.isSuccess && <Badge tone={isSet ? "succeeded" : "paused"}>{isSet ? t("workflows.isSet") : t("workflows.isMissing")}</Badge>}
        <Button type="submit" size="small" isBusy={save.isPending} disabled={value === "" || isReadOnly}>
          {isSet ? t("workflows.replace") : t("actions.save")}
        </Button>
      </form>
      {save.isError && <ErrorNote error={save.error} />}
    </>
  );
}
