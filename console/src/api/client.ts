import createClient from "openapi-fetch";
import { ApiProblem, problemOf } from "@/api/problem";
import { watchSession, withSession } from "@/api/session";
import { reportReachable } from "@/api/reachability";
import type { components, paths } from "@/api/generated/schema";

export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type Method = "get" | "put" | "post" | "patch" | "delete";
type Success<Operation> = Operation extends { responses: infer R }
  ? R[Extract<keyof R, 200 | 201 | 202>] extends { content: { "application/json": infer Body } }
    ? Body
    : never
  : never;

/** What an operation answers: `Answer<"/api/v1/runs/{run_id}">`. */
export type Answer<Path extends keyof paths, M extends Method = "get"> = Success<paths[Path][M]>;

/** `fetch` with the session, whose failures are all an `ApiProblem`. Use it for answers that are no JSON. */
export async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(typeof input === "string" ? new URL(input, location.href) : input, init);
  withSession(request.headers, request.method);
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    reportReachable(false);
    throw new ApiProblem({ status: 0, code: "unreachable" });
  }
  reportReachable(true);
  if (response.ok) return response;
  const problem = await problemOf(response);
  watchSession(request.url, response.status, problem.code);
  throw problem;
}

/** Typed by path: `api.GET("/api/v1/apps/{app}", { params: { path: { app } } })`. Unwrap it with `call`. */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: (request) => send(request) });

interface Sent<T> {
  data?: T;
  response: Response;
}

/** Returns what was answered; throws an `ApiProblem` otherwise. */
export async function call<T>(sent: Promise<Sent<T>>): Promise<NonNullable<T>> {
  return (await sent).data as NonNullable<T>;
}

/** What was read, and the tag to send as `If-Match` when it is written back. */
export interface Tagged<T> {
  data: T;
  etag: string;
}

export async function callTagged<T>(sent: Promise<Sent<T>>): Promise<Tagged<NonNullable<T>>> {
  const { data, response } = await sent;
  return { data: data as NonNullable<T>, etag: response.headers.get("etag") ?? "" };
}

/** A fresh `Idempotency-Key`: repeats of one attempt carry the same. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
