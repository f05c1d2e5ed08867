import { ApiProblem, problemOf, type Problem } from "@/api/problem";
import { EventParser } from "@/api/sse-parser";
import { forget, keep, kept } from "./storage";
import type { Order, Site, SiteEvent, SiteRun } from "./types";

/** Heartbeats come every 15 s; after this long without one the connection is taken for dead. */
const SILENCE_MS = 45_000;

/** Speaks to the gateway for one visitor of one page: no session, no cookie, a token of its own. */
export class SiteClient {
  private readonly path: string;
  private readonly tokenKey: string;
  private becoming: Promise<string> | undefined;

  constructor(slug: string) {
    this.path = `/api/v1/sites/${encodeURIComponent(slug)}`;
    this.tokenKey = `skep.site.${slug}.visitor`;
  }

  async show(signal?: AbortSignal): Promise<Site> {
    return (await (await send(this.path, signal ? { signal } : {})).json()) as Site;
  }

  /** Starts a run, and gives its events as they come. Ends without `end` when the connection does. */
  async *start(order: Order, signal: AbortSignal): AsyncGenerator<SiteEvent, void, undefined> {
    const body = {
      inputs: order.inputs ?? {},
      ...(order.query === undefined ? {} : { query: order.query }),
      ...(order.conversationId === undefined ? {} : { conversation_id: order.conversationId }),
    };
    const silence = new AbortController();
    const response = await this.asVisitor("/runs", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "Idempotency-Key": order.key, Accept: "text/event-stream" },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    yield* eventsOf(response, silence);
  }

  async run(id: string, signal?: AbortSignal): Promise<SiteRun> {
    return (await (await this.asVisitor(`/runs/${id}`, signal ? { signal } : {})).json()) as SiteRun;
  }

  async cancel(id: string): Promise<void> {
    await this.asVisitor(`/runs/${id}/cancellations`, { method: "POST" });
  }

  /** Says what the visitor thinks of an answer; null takes it back. */
  async rate(id: string, rating: "good" | "bad" | null): Promise<void> {
    await this.asVisitor(`/runs/${id}/feedback`, {
      method: "PUT",
      body: JSON.stringify({ rating }),
      headers: { "Content-Type": "application/json" },
    });
  }

  /** Sends with the visitor's token; one that the gateway does not know any more is replaced once. */
  private async asVisitor(path: string, init: RequestInit): Promise<Response> {
    const attempt = async () => {
      const headers = new Headers(init.headers);
      headers.set("X-Skep-Visitor", await this.visitor());
      return send(this.path + path, { ...init, headers });
    };
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      forget(this.tokenKey);
      return attempt();
    }
  }

  private async visitor(): Promise<string> {
    const token = kept(this.tokenKey);
    if (token) return token;
    this.becoming ??= this.become().finally(() => (this.becoming = undefined));
    return this.becoming;
  }

  private async become(): Promise<string> {
    const answer = await send(`${this.path}/visitors`, { method: "POST" });
    const { visitor } = (await answer.json()) as { visitor: string };
    keep(this.tokenKey, visitor);
    return visitor;
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(new Request(new URL(path, location.href), { credentials: "omit", ...init }));
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiProblem({ status: 0, code: "unreachable" });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function* eventsOf(response: Response, silence: AbortController): AsyncGenerator<SiteEvent, void, undefined> {
  if (!response.body) return;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      for (const { name, data } of parser.push(value)) {
        if (name === "problem") throw new ApiProblem(JSON.parse(data) as Problem);
        yield { name, data: JSON.parse(data) as unknown } as SiteEvent;
      }
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
}
