// What people do to runs: let them go on, answer them, end them, do them again, and tell of events.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { body, client } from './client';
import type { RunFilter } from './live-rows';
import { keys } from './queries';
import { boundsOf } from './time-span';
import type { ResumeChoice } from './types';

/** A change to one run: whatever became of it, the run is read again. */
function useSteer<Ask, Answer>(id: string, ask: (request: Ask) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.run(id) }),
  });
}

export function useResumeRun(id: string) {
  return useSteer(id, (request: { choice: ResumeChoice; path?: string }) =>
    body(client.POST('/api/v1/runs/{id}/resume', { params: { path: { id } }, body: request })),
  );
}

export function useCancelRun(id: string) {
  return useSteer(id, (_: undefined) =>
    body(client.POST('/api/v1/runs/{id}/cancel', { params: { path: { id } } })),
  );
}

export type Decision = { path: string; approved: boolean; form: Record<string, unknown> };

export function useDecide(id: string) {
  return useSteer(id, (request: Decision) =>
    body(client.POST('/api/v1/runs/{id}/decide', { params: { path: { id } }, body: request as never })),
  );
}

export function useReplayRun(id: string) {
  return useMutation({
    mutationFn: (from: string | null) =>
      body(client.POST('/api/v1/runs/{id}/replay', { params: { path: { id } }, body: { from } })),
  });
}

export type EventRequest = { name: string; data: unknown; key?: string };

export function usePublishEvent() {
  return useMutation({
    mutationFn: (request: EventRequest) => body(client.POST('/api/v1/events', { body: request as never })),
  });
}

/** Which held runs go on: those named, or all that fit the filter of a list. */
export type Bulk = { choice: ResumeChoice; runs: string[] | null; filter: RunFilter };
export type BulkDone = { resumed: number; skipped: number };

/** How many runs one request names. */
const mostNamed = 100;

/** Resumes many runs, request by request, and tells how far it is. */
export function useResumeRuns(onProgress: (done: BulkDone) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (bulk: Bulk): Promise<BulkDone> => {
      const done: BulkDone = { resumed: 0, skipped: 0 };
      for await (const part of bulk.runs ? named(bulk.choice, bulk.runs) : fitting(bulk)) {
        done.resumed += part.resumed;
        done.skipped += part.skipped;
        onProgress({ ...done });
      }
      return done;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  });
}

async function* named(choice: ResumeChoice, runs: string[]) {
  for (let at = 0; at < runs.length; at += mostNamed) {
    const request = { choice, runs: runs.slice(at, at + mostNamed) };
    yield await body(client.POST('/api/v1/runs/resume', { body: request }));
  }
}

async function* fitting({ choice, filter }: Bulk) {
  const bounds = boundsOf(filter, Date.now());
  let cursor: string | null | undefined;
  do {
    const { workflow, step, q } = filter;
    const fits = { workflow: workflow || null, step: step || null, key: q || null, ...bounds };
    const request = { choice, ...fits, cursor };
    const part = await body(client.POST('/api/v1/runs/resume', { body: request }));
    yield part;
    cursor = part.next;
  } while (cursor);
}
