// Every address of the app: patterns, path builders, and the codec of the run list's filter.
import type { RunFilter } from './api/live-rows';
import { readDay, timeSpans } from './api/time-span';
import type { RunStatus } from './api/types';

export const patterns = {
  home: '/',
  setup: '/setup',
  login: '/login',
  workflows: '/workflows',
  runs: '/runs',
  run: '/runs/:id',
  error: '/docs/errors/:code',
} as const;

export const runStatuses: RunStatus[] = [
  'queued',
  'running',
  'waiting',
  'held',
  'succeeded',
  'failed',
  'cancelled',
];

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

export function runsPath(filter: Partial<RunFilter> = {}): string {
  const query = new URLSearchParams();
  if (filter.statuses?.length) query.set('status', filter.statuses.join(','));
  if (filter.workflow) query.set('workflow', filter.workflow);
  if (filter.workflow && filter.step) query.set('step', filter.step);
  if (filter.time) query.set('time', filter.time);
  if (filter.time === 'own' && filter.from) query.set('from', filter.from);
  if (filter.time === 'own' && filter.to) query.set('to', filter.to);
  if (filter.q) query.set('q', filter.q);
  if (filter.asks) query.set('asks', 'true');
  const text = query.toString();
  return text ? `/runs?${text}` : '/runs';
}

export function readFilter(search: string): RunFilter {
  const query = new URLSearchParams(search);
  const asked = (query.get('status') ?? '').split(',');
  const workflow = query.get('workflow') ?? '';
  return {
    statuses: runStatuses.filter((status) => asked.includes(status)),
    workflow,
    step: workflow ? (query.get('step') ?? '') : '',
    time: timeSpans.find((span) => span === query.get('time')) ?? '',
    from: readDay(query.get('from')),
    to: readDay(query.get('to')),
    q: query.get('q') ?? '',
    asks: query.get('asks') === 'true',
  };
}

export function loginPath(from: string): string {
  return from === '/' || from.startsWith('/login') ? '/login' : `/login?from=${encodeURIComponent(from)}`;
}

/** Where to go after sign-in: only ever a path of this app. */
export function returnPath(search: string): string {
  const from = new URLSearchParams(search).get('from') ?? '';
  const ours = from.startsWith('/') && !from.startsWith('//') && !from.includes('\\');
  return ours ? from : '/workflows';
}
