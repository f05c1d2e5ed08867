import type { components } from "@/api/generated/schema";

export type Problem = components["schemas"]["Problem"];
export type FieldFault = NonNullable<Problem["errors"]>[number];

/** What the API refused, or that it could not be reached (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retry: Problem["retry"];
  readonly retryAfterS: number | undefined;
  readonly errors: readonly FieldFault[];
  readonly traceId: string | undefined;

  constructor(problem: Partial<Problem> & { status: number }) {
    super(problem.detail || problem.title || `Status ${problem.status}`);
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code ?? "unknown";
    this.title = problem.title ?? "";
    this.detail = problem.detail ?? "";
    this.retry = problem.retry ?? "later";
    this.retryAfterS = problem.retry_after_s;
    this.errors = problem.errors ?? [];
    this.traceId = problem.trace_id;
  }

  /** Nothing answered: no network, or the gateway is being restarted. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }

  /** The message for one field of a form, by JSON pointer (`/app/name`). */
  fault(pointer: string): string | undefined {
    return this.errors.find((error) => error.pointer === pointer)?.message;
  }
}

/** Reads the problem out of an answer that is not a success. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const traceId = response.headers.get("x-trace-id") ?? undefined;
  try {
    const body = (await response.json()) as Partial<Problem>;
    return new ApiProblem({ trace_id: traceId, ...body, status: response.status });
  } catch {
    return new ApiProblem({ status: response.status, code: "unreadable", trace_id: traceId });
  }
}

/** Turns whatever was thrown into a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({ status: -1, code: "console_defect", detail: error instanceof Error ? error.message : String(error) });
}
