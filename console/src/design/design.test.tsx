import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import {
  Button,
  Combobox,
  ConfirmDialog,
  ErrorNote,
  Field,
  IconButton,
  Input,
  Menu,
  SchemaFields,
  Select,
  Table,
  useToasts,
  type SchemaValues,
} from "@/design";
import { niceTicks } from "@/design/chart/ticks";
import { Surroundings } from "@/test/Surroundings";

const show = (element: React.ReactNode) => render(<Surroundings>{element}</Surroundings>);

describe("forms", () => {
  it("tie label, hint and fault to the control", () => {
    show(
      <Field label="Name" hint="What people see" error="Taken" isRequired>
        <Input />
      </Field>,
    );

    const input = screen.getByLabelText("Name");
    expect(input).toHaveProperty("ariaInvalid", "true");
    expect(input.getAttribute("aria-describedby")?.split(" ").map((id) => document.getElementById(id)?.textContent)).toEqual([
      "What people see",
      "Taken",
    ]);
  });

  it("choose by keyboard", async () => {
    const onChange = vi.fn();
    show(
      <Field label="Model">
        <Select value="a" onChange={onChange} options={[{ value: "a", label: "A" }, { value: "b", label: "B" }]} />
      </Field>,
    );

    screen.getByLabelText("Model").focus();
    await userEvent.keyboard("{Enter}{ArrowDown}{Enter}");

    expect(onChange).toHaveBeenCalledWith("b");
  });

  it("find one of many by typing", async () => {
    const onChange = vi.fn();
    const options = Array.from({ length: 60 }, (_, number) => ({ value: `m${number}`, label: `Model ${number}` }));
    show(<Combobox label="Model" value="m1" onChange={onChange} options={options} />);

    await userEvent.click(screen.getByRole("combobox", { name: "Model" }));
    await userEvent.keyboard("model 42{Enter}");

    expect(onChange).toHaveBeenCalledWith("m42");
  });

  it("are drawn from a schema", async () => {
    let values: SchemaValues = {};
    function Form() {
      const [current, setCurrent] = useState<SchemaValues>({ region: "us" });
      values = current;
      const properties = {
        key: { type: "string", title: "Key", writeOnly: true },
        limit: { type: "integer", title: "Limit" },
        region: { title: "Region", enum: ["eu", "us"] },
        stream: { type: "boolean", title: "Stream" },
      };
      return <SchemaFields schema={{ properties, required: ["key"] }} values={current} onChange={setCurrent} />;
    }
    show(<Form />);

    await userEvent.type(screen.getByLabelText("Key"), "s3cret");
    await userEvent.type(screen.getByLabelText(/Limit/), "7");
    await userEvent.click(screen.getByRole("switch", { name: /Stream/ }));
    await userEvent.clear(screen.getByLabelText(/Limit/));

    expect(screen.getByLabelText("Key")).toHaveProperty("type", "password");
    expect(values).toEqual({ region: "us", key: "s3cret", stream: true });
  });
});

describe("overlays", () => {
  it("open a menu by keyboard and choose", async () => {
    const onSelect = vi.fn();
    show(<Menu trigger={<IconButton icon={Trash2} label="More" />} items={[{ label: "Edit" }, { label: "Delete", onSelect }]} />);

    screen.getByRole("button", { name: "More" }).focus();
    await userEvent.keyboard("{Enter}{ArrowDown}{Enter}");

    expect(onSelect).toHaveBeenCalledOnce();
  });

  it("stay open and say why when the action fails", async () => {
    const onConfirm = vi
      .fn<() => Promise<unknown>>()
      .mockRejectedValueOnce(new ApiProblem({ status: 409, title: "In use", detail: "Two runs need it." }))
      .mockResolvedValueOnce(null);
    const onOpenChange = vi.fn();
    show(
      <ConfirmDialog isOpen onOpenChange={onOpenChange} title="Delete?" confirmLabel="Delete" onConfirm={onConfirm}>
        It goes for good.
      </ConfirmDialog>,
    );
    const dialog = within(screen.getByRole("dialog"));

    await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
    expect(dialog.getByRole("alert").textContent).toContain("Two runs need it.");
    expect(onOpenChange).not.toHaveBeenCalled();
    await userEvent.click(dialog.getByRole("button", { name: "Delete" }));

    await waitFor(() => expect(onOpenChange).toHaveBeenCalledWith(false));
  });
});

describe("feedback", () => {
  it("shows title, detail, faults and trace", () => {
    const errors = [{ pointer: "/nodes/a", message: "unknown type" }];
    show(<ErrorNote error={new ApiProblem({ status: 422, title: "Bad", detail: "Worse", errors, trace_id: "trace-1" })} />);

    expect(screen.getByRole("alert").textContent).toBe("BadWorse/nodes/a unknown typeTrace trace-1");
  });

  it("says what was done, with a way back", async () => {
    const undo = vi.fn();
    function Save() {
      const { say } = useToasts();
      return <Button onClick={() => say("Saved.", { label: "Undo", onSelect: undo })}>Save</Button>;
    }
    show(<Save />);

    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await userEvent.click(await screen.findByRole("button", { name: "Undo" }));

    expect(undo).toHaveBeenCalledOnce();
  });
});

describe("tables", () => {
  it("open a row, and not when a control in it was meant", async () => {
    const onRowClick = vi.fn();
    show(
      <Table
        label="Runs"
        rows={[{ id: "1" }]}
        rowKey={(row) => row.id}
        onRowClick={onRowClick}
        columns={[
          { id: "id", header: "Id", cell: (row) => `run ${row.id}` },
          { id: "go", header: "Go", cell: () => <Button>Stop</Button> },
        ]}
      />,
    );

    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    expect(onRowClick).not.toHaveBeenCalled();
    await userEvent.click(screen.getByText("run 1"));

    expect(onRowClick).toHaveBeenCalledWith({ id: "1" });
  });
});

describe("charts", () => {
  it.each([
    [0, [0, 1]],
    [7, [0, 2, 4, 6, 8]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [1234, [0, 500, 1000, 1500]],
  ])("have round ticks up to %d", (most, ticks) => {
    expect(niceTicks(most)).toEqual(ticks);
  });
});
