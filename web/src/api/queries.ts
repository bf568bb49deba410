// Server state: one hook a question, one a change; keys live here and nowhere else.
import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { ApiError, body, client } from './client';
import type { RunFilter } from './live-rows';
import { boundsOf } from './time-span';
import type { Graph, Run, RunsPage, Session, Workflow } from './types';

/** The answer to a wrong e-mail address or password, which is no expired session. */
const wrongCredentials = 'S012';

export const keys = {
  session: ['session'] as const,
  setup: ['setup'] as const,
  workflows: ['workflows'] as const,
  runs: (filter: RunFilter) => ['runs', filter] as const,
  run: (id: string) => ['run', id] as const,
  graph: (id: string, version: number) => ['graph', id, version] as const,
};

/** A client that asks again after a lost connection, never after an answer; a 401 ends the session. */
export function newQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401 && error.code !== wrongCredentials) {
      queries.setQueryData(keys.session, null);
    }
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 2000,
        retry: (count, error) =>
          count < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return queries;
}

/** The signed-in user, or null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    staleTime: 60_000,
    queryFn: async (): Promise<Session | null> => {
      try {
        return (await body(client.GET('/api/v1/session'))).session as Session;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
  });
}

export function useSetupState() {
  return useQuery({
    queryKey: keys.setup,
    staleTime: 60_000,
    queryFn: async () => (await body(client.GET('/api/v1/setup'))).setup,
  });
}

function useBegin<Ask>(ask: (request: Ask) => Promise<{ session: unknown }>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSuccess: ({ session }) => {
      queries.setQueryData(keys.session, session as Session);
      queries.removeQueries({ queryKey: keys.setup });
    },
  });
}

export type SetupRequest = { token: string; name: string; email: string; password: string; language: string };

export function useSetUp() {
  return useBegin((request: SetupRequest) => body(client.POST('/api/v1/setup', { body: request })));
}

export function useSignIn() {
  return useBegin((request: { email: string; password: string }) =>
    body(client.POST('/api/v1/session', { body: request })),
  );
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => body(client.DELETE('/api/v1/session')),
    onSuccess: () => {
      queries.clear();
      queries.setQueryData(keys.session, null);
    },
  });
}

async function readWorkflows(): Promise<Workflow[]> {
  return (await body(client.GET('/api/v1/workflows'))).workflows as Workflow[];
}

export function useWorkflows(live: boolean) {
  return useQuery({
    queryKey: keys.workflows,
    queryFn: readWorkflows,
    refetchInterval: live ? 30_000 : 5000,
  });
}

/** What people call a workflow; its id while the name is not known. */
export function useWorkflowName(id: string): string {
  const names = useQuery({
    queryKey: keys.workflows,
    queryFn: readWorkflows,
    staleTime: 60_000,
    select: (workflows) => workflows.find((workflow) => workflow.id === id)?.name,
  });
  return names.data || id;
}

export function useSwitchWorkflow() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) =>
      body(client.PATCH('/api/v1/workflows/{id}', { params: { path: { id } }, body: { on } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.workflows }),
  });
}

export function useStartRun() {
  return useMutation({
    mutationFn: ({ id, trigger, data }: { id: string; trigger: string; data: unknown }) =>
      body(
        client.POST('/api/v1/workflows/{id}/runs', {
          params: { path: { id } },
          body: { trigger, data } as never,
        }),
      ),
  });
}

export const pageSize = 50;

/** The query of a page of runs. */
function listed(filter: RunFilter, cursor: string | undefined) {
  const query = {
    limit: pageSize,
    workflow: filter.workflow || undefined,
    status: filter.statuses.join(',') || undefined,
    step: filter.step || undefined,
    ...boundsOf(filter, Date.now()),
    q: filter.q || undefined,
    asks: filter.asks || undefined,
    cursor,
  };
  return { params: { query } };
}

export function useRuns(filter: RunFilter, live: boolean) {
  return useInfiniteQuery({
    queryKey: keys.runs(filter),
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) =>
      (await body(client.GET('/api/v1/runs', listed(filter, pageParam)))) as RunsPage,
    getNextPageParam: (page) => page.next ?? undefined,
    // The stream does not say where somebody is asked.
    refetchInterval: live && !filter.asks ? false : 5000,
  });
}

export function useRun(id: string, live: boolean) {
  return useQuery({
    queryKey: keys.run(id),
    queryFn: async () =>
      (await body(client.GET('/api/v1/runs/{id}', { params: { path: { id } } }))).run as Run,
    refetchInterval: (query) => (live || isOver(query.state.data?.status) ? false : 5000),
  });
}

/** True for a status after which a run never changes. */
export function isOver(status: string | undefined): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

export function useGraph(workflow: string | undefined, version: number | undefined) {
  return useQuery({
    queryKey: keys.graph(workflow ?? '', version ?? 0),
    enabled: workflow !== undefined && version !== undefined,
    // A version never changes once it is published.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const path = { id: workflow ?? '', version: version ?? 0 };
      return (await body(client.GET('/api/v1/workflows/{id}/versions/{version}/graph', { params: { path } })))
        .graph as Graph;
    },
  });
}
