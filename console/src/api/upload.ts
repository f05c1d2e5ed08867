import { ApiProblem, type Problem } from "@/api/problem";
import { currentCsrfToken, watchSession } from "@/api/session";

export interface UploadOptions {
  /** Other fields of the form. */
  fields?: Record<string, string>;
  headers?: Record<string, string>;
  onProgress?: (sentBytes: number, totalBytes: number) => void;
  signal?: AbortSignal;
}

/** Posts a file as `multipart/form-data`. `fetch` cannot tell how much it has sent, so this is a request of the old kind. */
export function upload<T>(path: string, file: Blob, name: string, options: UploadOptions = {}): Promise<T> {
  const form = new FormData();
  for (const [field, value] of Object.entries(options.fields ?? {})) form.append(field, value);
  form.append("file", file, name);
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    options.signal?.addEventListener("abort", abort, { once: true });
    request.upload.onprogress = (event) => options.onProgress?.(event.loaded, event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as T);
      } else {
        watchSession(path, request.status);
        reject(problemOf(request));
      }
    };
    request.onerror = () => reject(new ApiProblem({ status: 0, code: "unreachable" }));
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    request.onloadend = () => options.signal?.removeEventListener("abort", abort);
    request.open("POST", path);
    const csrf = currentCsrfToken();
    if (csrf) request.setRequestHeader("X-Skep-CSRF", csrf);
    for (const [header, value] of Object.entries(options.headers ?? {})) request.setRequestHeader(header, value);
    request.send(form);
  });
}

function problemOf(request: XMLHttpRequest): ApiProblem {
  try {
    const problem = JSON.parse(request.responseText) as Partial<Problem>;
    return new ApiProblem({ ...problem, status: request.status });
  } catch {
    return new ApiProblem({ status: request.status, code: "unreadable" });
  }
}
