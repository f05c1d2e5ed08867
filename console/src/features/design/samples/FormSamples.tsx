import { MessagesSquare, Workflow } from "lucide-react";
import { useState } from "react";
import {
  Checkbox,
  ChoiceCards,
  Combobox,
  Field,
  FieldStack,
  FileDrop,
  Input,
  SchemaFields,
  SearchInput,
  SegmentedControl,
  Select,
  Switch,
  Textarea,
  type SchemaValues,
} from "@/design";
import { Row, Sample } from "../Sample";

const OPTIONS = [
  { value: "echo", label: "Echo", description: "Works offline" },
  { value: "large", label: "A large model" },
  { value: "small", label: "A small model", isDisabled: true },
] as const;

export function FormSamples() {
  const [model, setModel] = useState("echo");
  const [isOn, setIsOn] = useState(true);
  const [kind, setKind] = useState<"chat" | "workflow">("chat");
  const [values, setValues] = useState<SchemaValues>({});
  return (
    <Sample title="Field, Input, Textarea, Select, Combobox, Switch, Checkbox, SegmentedControl, ChoiceCards, SchemaFields, FileDrop">
      <FieldStack>
        <Field label="Name" isRequired hint="What people see in lists.">
          <Input defaultValue="Support assistant" />
        </Field>
        <Field label="Address" isOptional error="This is not an address.">
          <Input defaultValue="http:/example" isMono />
        </Field>
        <Field label="Model">
          <Select value={model} onChange={setModel} options={OPTIONS} />
        </Field>
        <Field label="Model, found by typing">
          <Combobox value={model} onChange={setModel} options={OPTIONS} />
        </Field>
        <Field label="Prompt">
          <Textarea placeholder="Write what the model should do…" />
        </Field>
      </FieldStack>
      <Row>
        <SearchInput label="Search apps…" />
        <Input disabled defaultValue="Disabled" aria-label="Disabled" style={{ width: 120 }} />
      </Row>
      <Row>
        <Switch isOn={isOn} onChange={setIsOn} label="Stream the answer" />
        <Switch isOn={false} onChange={setIsOn} label="Off" isDisabled />
        <Checkbox isOn={isOn} onChange={setIsOn} label="Chosen" />
        <Checkbox isOn="some" onChange={setIsOn} label="Some" />
        <SegmentedControl
          label="Kind"
          value={kind}
          onChange={setKind}
          options={[
            { value: "chat", label: "Chat", icon: MessagesSquare },
            { value: "workflow", label: "Workflow", icon: Workflow },
          ]}
        />
      </Row>
      <ChoiceCards
        label="Kind of app"
        value={kind}
        onChange={setKind}
        choices={[
          { value: "chat", title: "Chat", description: "A conversation with a memory.", icon: MessagesSquare },
          { value: "workflow", title: "Workflow", description: "Inputs in, outputs out.", icon: Workflow },
        ]}
      />
      <SchemaFields
        values={values}
        onChange={setValues}
        schema={{
          required: ["api_key"],
          properties: {
            api_key: { type: "string", title: "API key", writeOnly: true },
            timeout_s: { type: "number", title: "Timeout", default: 30 },
            region: { type: "string", title: "Region", enum: ["eu", "us"], default: "eu" },
          },
        }}
      />
      <FileDrop label="Drop files here, or choose some" hint="PDF, HTML or text, 15 MB each" onFiles={() => undefined} />
    </Sample>
  );
}
