import { Field, FieldStack } from "@/design/form/Field";
import { FileButton } from "@/design/form/FileButton";
import { Input, Textarea } from "@/design/form/Input";
import { LinesInput, SomeOf } from "@/design/form/ListInput";
import { RecordInput } from "@/design/form/RecordInput";
import { Select } from "@/design/form/Select";
import { Switch } from "@/design/form/Switch";
import { useI18n } from "@/i18n";

/** The part of JSON Schema that small forms need: a flat object of texts, numbers, choices, switches, lists and texts by name. */
export interface ObjectSchema {
  properties?: Record<string, PropertySchema>;
  required?: readonly string[];
}

export interface PropertySchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  /** Of a list: texts, or some of a few. */
  items?: PropertySchema;
  format?: string;
  /** What is written and never shown again: passwords, keys. */
  writeOnly?: boolean;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

export type SchemaValues = Record<string, unknown>;

export interface SchemaFieldsProps {
  schema: ObjectSchema;
  values: SchemaValues;
  onChange: (values: SchemaValues) => void;
  /** What is wrong with a field, by its name. */
  faultOf?: (name: string) => string | undefined;
  /** Only these, in this order. */
  names?: readonly string[];
  /** Hints at what is kept of a field that stays empty, by its name. */
  kept?: Readonly<Record<string, string>>;
}

/** A form drawn from a JSON Schema, such as that of a provider's credential. */
export function SchemaFields({ schema, values, onChange, faultOf, names, kept = {} }: SchemaFieldsProps) {
  const { t } = useI18n();
  const set = (name: string, value: unknown) => {
    const others = Object.entries(values).filter(([key]) => key !== name);
    const given = value === undefined || value === "" ? [] : [[name, value] as const];
    onChange(Object.fromEntries([...others, ...given]));
  };
  const properties = schema.properties ?? {};
  const shown = names ? names.filter((name) => name in properties) : Object.keys(properties);
  return (
    <FieldStack>
      {shown.map((name) => {
        const property = properties[name] ?? {};
        const isRequired = schema.required?.includes(name) ?? false;
        const hint = kept[name];
        return (
          <Field
            key={name}
            label={property.title ?? name}
            hint={hint === undefined ? property.description : `${property.description ?? ""} ${t("design.keptWhenEmpty")}`.trim()}
            isRequired={isRequired}
            isOptional={!isRequired && !property.writeOnly}
            error={faultOf?.(name)}
            action={isLong(property) && <FileButton label={t("design.fromFile")} onText={(text) => set(name, text)} />}
          >
            <Control property={property} value={values[name]} kept={hint} onChange={(value) => set(name, value)} />
          </Field>
        );
      })}
    </FieldStack>
  );
}

/** So much fits in that it is a document, which somebody has as a file. */
function isLong(property: PropertySchema): boolean {
  return isText(property) && (property.maxLength ?? 0) >= 20_000;
}

function isText(property: PropertySchema): boolean {
  return property.format === "multiline" || property.format === "textarea";
}

interface ControlProps {
  property: PropertySchema;
  value: unknown;
  kept: string | undefined;
  onChange: (value: unknown) => void;
}

function Control({ property, value, kept, onChange }: ControlProps) {
  const placeholder = kept ?? asText(property.default);
  if (property.enum) {
    return (
      <Select
        value={asText(value ?? property.default) || undefined}
        onChange={(text) => onChange(property.enum?.find((option) => String(option) === text))}
        options={property.enum.map((option) => ({ value: String(option), label: String(option) }))}
      />
    );
  }
  if (property.type === "boolean") return <Switch isOn={(value ?? property.default) === true} onChange={onChange} />;
  if (property.type === "object") {
    return <RecordInput label={property.title ?? ""} value={value} onChange={onChange} isSecret={property.writeOnly ?? false} />;
  }
  if (property.type === "array") return <ListControl property={property} value={value} onChange={onChange} />;
  if (property.type === "number" || property.type === "integer") {
    return (
      <Input
        type="number"
        min={property.minimum}
        max={property.maximum}
        step={property.type === "integer" ? 1 : "any"}
        placeholder={placeholder}
        value={asText(value)}
        onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.valueAsNumber)}
      />
    );
  }
  return <TextControl property={property} value={asText(value)} placeholder={placeholder} onChange={onChange} />;
}

function ListControl({ property, value, onChange }: Omit<ControlProps, "kept">) {
  const options = property.items?.enum;
  if (options) return <SomeOf label={property.title ?? ""} options={options} value={value} onChange={onChange} />;
  return <LinesInput value={value} onChange={onChange} />;
}

interface TextControlProps {
  property: PropertySchema;
  value: string;
  placeholder: string;
  onChange: (value: string) => void;
}

function TextControl({ property, value, placeholder, onChange }: TextControlProps) {
  if (isText(property)) {
    return (
      <Textarea
        isMono={isLong(property)}
        rows={isLong(property) ? 8 : 3}
        style={isLong(property) ? { minHeight: 160, maxHeight: 280 } : undefined}
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <Input
      type={property.writeOnly ? "password" : property.format === "uri" ? "url" : "text"}
      autoComplete={property.writeOnly ? "new-password" : "off"}
      spellCheck={false}
      maxLength={property.maxLength}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function asText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
