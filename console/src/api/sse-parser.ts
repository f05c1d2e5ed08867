export interface ServerEvent {
  /** The id to go on after; empty when the event had none. */
  id: string;
  name: string;
  data: string;
}

/** Splits a text stream into server-sent events, as the HTML standard (§9.2.6) says. */
export class EventParser {
  private rest = "";
  private id = "";
  private name = "";
  private data: string[] = [];

  /** Takes the next piece and returns the events it completed. */
  push(piece: string): ServerEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    const events: ServerEvent[] = [];
    for (const line of lines) {
      if (line !== "") this.take(line);
      else if (this.data.length > 0) events.push(this.flush());
      else this.name = "";
    }
    return events;
  }

  private take(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "event") this.name = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
  }

  private flush(): ServerEvent {
    const event = { id: this.id, name: this.name || "message", data: this.data.join("\n") };
    this.name = "";
    this.data = [];
    return event;
  }
}
