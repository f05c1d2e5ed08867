/** The token that shows a write is meant. It lives in memory: the session itself is an http-only cookie. */
let csrfToken: string | null = null;
const listeners = new Set<() => void>();

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

export function currentCsrfToken(): string | null {
  return csrfToken;
}

/** Calls `listener` when the API says that nobody is signed in any more; returns how to stop. */
export function onSessionExpired(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function sessionExpired(): void {
  for (const listener of listeners) listener();
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
// Here a 401 answers a question about credentials and does not end a session.
const ASKS_FOR_CREDENTIALS = /^\/api\/v1\/(me|sessions|setup)$/;

/** Adds what a request made with the session cookie needs. */
export function withSession(headers: Headers, method: string): void {
  if (!SAFE.has(method.toUpperCase()) && csrfToken) headers.set("X-Skep-CSRF", csrfToken);
}

/** What somebody else refused, whom the gateway called with a credential that is stored: a provider, a toolkit. */
const REFUSED_ELSEWHERE = "credential_refused";

/** Takes notice of an answer that ends the session. */
export function watchSession(url: string, status: number, code?: string): void {
  if (status === 401 && code !== REFUSED_ELSEWHERE && !ASKS_FOR_CREDENTIALS.test(new URL(url, location.href).pathname)) sessionExpired();
}
