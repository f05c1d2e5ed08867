import { Field, FieldStack } from "@/design/form/Field";
import { Input, Textarea } from "@/design/form/Input";
import { Select } from "@/design/form/Select";
import { Switch } from "@/design/form/Switch";

/** The part of JSON Schema that small forms need: a flat object of texts, numbers, choices and switches. */
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
}

/** A form drawn from a JSON Schema, such as that of a provider's credential. */
export function SchemaFields({ schema, values, onChange, faultOf }: SchemaFieldsProps) {
  const set = (name: string, value: unknown) => {
    const others = Object.entries(values).filter(([key]) => key !== name);
    const given = value === undefined || value === "" ? [] : [[name, value] as const];
    onChange(Object.fromEntries([...others, ...given]));
  };
  return (
    <FieldStack>
      {Object.entries(schema.properties ?? {}).map(([name, property]) => {
        const isRequired = schema.required?.includes(name) ?? false;
        return (
          <Field
            key={name}
            label={property.title ?? name}
            hint={property.description}
            isRequired={isRequired}
            isOptional={!isRequired && !property.writeOnly}
            error={faultOf?.(name)}
          >
            <Control property={property} value={values[name]} onChange={(value) => set(name, value)} />
          </Field>
        );
      })}
    </FieldStack>
  );
}

interface ControlProps {
  property: PropertySchema;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Control({ property, value, onChange }: ControlProps) {
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
  if (property.type === "number" || property.type === "integer") {
    return (
      <Input
        type="number"
        min={property.minimum}
        max={property.maximum}
        step={property.type === "integer" ? 1 : "any"}
        placeholder={asText(property.default)}
        value={asText(value)}
        onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.valueAsNumber)}
      />
    );
  }
  if (property.format === "multiline") {
    return <Textarea value={asText(value)} placeholder={asText(property.default)} onChange={(event) => onChange(event.target.value)} />;
  }
  return (
    <Input
      type={property.writeOnly ? "password" : property.format === "uri" ? "url" : "text"}
      autoComplete={property.writeOnly ? "new-password" : "off"}
      spellCheck={false}
      maxLength={property.maxLength}
      placeholder={asText(property.default)}
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function asText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
