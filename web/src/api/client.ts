// The only place that calls fetch: typed requests in, bodies or one `ApiError` out.
import createClient from 'openapi-fetch';
import type { paths } from './generated';
import type { ProblemDetails } from './types';

/** A request that did not succeed; `status` 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;
  readonly requestId: string | null;
  readonly fields: Record<string, string>;
  readonly retryAfter: number | null;

  constructor(status: number, problem: Partial<ProblemDetails>, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title ?? '');
    this.status = status;
    this.code = problem.code ?? '';
    this.hint = problem.hint ?? null;
    this.requestId = problem.request_id ?? null;
    this.fields = (problem.fields as Record<string, string> | null | undefined) ?? {};
    this.retryAfter = retryAfter;
  }
}

export const client = createClient<paths>({ fetch: (request) => globalThis.fetch(request) });

type Answer = { data?: unknown; error?: unknown; response: Response };

/** Waits for an answer and gives its body, or throws an `ApiError`. */
export async function body<A extends Answer>(asked: Promise<A>): Promise<NonNullable<A['data']>> {
  const { data, error, response } = await reach(asked);
  if (response.ok) return data as NonNullable<A['data']>;
  const problem = error !== null && typeof error === 'object' ? (error as Partial<ProblemDetails>) : {};
  const wait = Number(response.headers.get('retry-after'));
  throw new ApiError(response.status, problem, Number.isFinite(wait) && wait > 0 ? wait : null);
}

async function reach<A extends Answer>(asked: Promise<A>): Promise<A> {
  try {
    return await asked;
  } catch {
    throw new ApiError(0, {});
  }
}
