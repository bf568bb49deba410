// The stream reducer of the run list: puts a changed run into the pages a filter has loaded.
import { boundsOf, isWithin, type TimeFilter } from './time-span';
import type { RunRow, RunStatus, RunsPage } from './types';

/** `step`: where a run of `workflow` is held or failed. `asks`: only runs in which somebody is asked now. */
export type RunFilter = TimeFilter & {
  statuses: RunStatus[];
  workflow: string;
  step: string;
  q: string;
  asks: boolean;
};
/** The filter that lets every run through. */
export const anyRun: RunFilter = {
  statuses: [],
  workflow: '',
  step: '',
  q: '',
  asks: false,
  time: '',
  from: '',
  to: '',
};
export type RunPages = { pages: RunsPage[]; pageParams: unknown[] };

function fits(filter: RunFilter, row: RunRow): boolean {
  if (filter.workflow && row.workflow !== filter.workflow) return false;
  if (filter.step && !stoppedAt(row, filter.step)) return false;
  if (!isWithin(boundsOf(filter, Date.now()), row.started_at)) return false;
  if (filter.asks && row.status !== 'waiting' && row.status !== 'running') return false;
  return filter.statuses.length === 0 || filter.statuses.includes(row.status);
}

function stoppedAt(row: RunRow, step: string): boolean {
  const stopped = row.status === 'held' || row.status === 'failed' || row.status === 'cancelled';
  return stopped && row.error?.step?.split('/').at(-1) === step;
}

/** New pages with `row` in them: updated in place, added on top, or taken out when it fits no more. */
export function mergeRow(loaded: RunPages, row: RunRow, filter: RunFilter): RunPages {
  const known = loaded.pages.some((page) => page.runs.some((run) => run.id === row.id));
  if (known) {
    const keep = fits(filter, row);
    const pages = loaded.pages.map((page) => {
      if (!page.runs.some((run) => run.id === row.id)) return page;
      const runs = keep
        ? page.runs.map((run) => (run.id === row.id ? row : run))
        : page.runs.filter((run) => run.id !== row.id);
      return { ...page, runs };
    });
    return { ...loaded, pages };
  }
  const [first, ...rest] = loaded.pages;
  if (!first || filter.q || filter.asks || !fits(filter, row)) return loaded;
  const at = first.runs.findIndex((run) => run.started_at <= row.started_at);
  // An older run than all loaded ones belongs to a page that is not loaded yet.
  if (at === -1 && first.next) return loaded;
  const place = at === -1 ? first.runs.length : at;
  const runs = [...first.runs.slice(0, place), row, ...first.runs.slice(place)];
  return { ...loaded, pages: [{ ...first, runs }, ...rest] };
}
