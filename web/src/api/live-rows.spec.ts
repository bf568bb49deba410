// A changed run lands in the loaded list exactly once, in its place, or not at all.
import { describe, expect, it } from 'vitest';
import { anyRun, mergeRow, type RunFilter, type RunPages } from './live-rows';
import type { RunRow } from './types';

const open: RunFilter = anyRun;

function row(id: string, second: number, more: Partial<RunRow> = {}): RunRow {
  const started_at = `2026-03-01T12:00:${String(second).padStart(2, '0')}Z`;
  const base = {
    workflow: 'signup',
    version: 1,
    status: 'running' as const,
    trigger: 'signup',
    steps_done: 0,
    steps_total: 5,
  };
  return { id, started_at, ...base, ...more };
}

function pages(...groups: RunRow[][]): RunPages {
  return {
    pages: groups.map((runs, at) => ({ runs, next: at < groups.length - 1 ? `c${at}` : null })),
    pageParams: groups.map((_, at) => (at === 0 ? undefined : `c${at - 1}`)),
  };
}

function ids(loaded: RunPages): string[][] {
  return loaded.pages.map((page) => page.runs.map((run) => run.id));
}

describe('live rows', () => {
  it('puts a new run on top', () => {
    expect(ids(mergeRow(pages([row('b', 20), row('a', 10)]), row('c', 30), open))).toEqual([['c', 'b', 'a']]);
  });

  it('updates a run where it stands, in whichever page', () => {
    const after = mergeRow(
      pages([row('b', 20)], [row('a', 10)]),
      row('a', 10, { status: 'succeeded' }),
      open,
    );
    expect(ids(after)).toEqual([['b'], ['a']]);
    expect(after.pages[1]?.runs[0]?.status).toBe('succeeded');
  });

  it('puts a run that arrives late between its neighbours', () => {
    expect(ids(mergeRow(pages([row('c', 30), row('a', 10)]), row('b', 20), open))).toEqual([['c', 'b', 'a']]);
  });

  it('leaves an older run to the page that is not loaded yet', () => {
    const loaded: RunPages = { pages: [{ runs: [row('c', 30)], next: 'more' }], pageParams: [undefined] };
    expect(mergeRow(loaded, row('a', 10), open)).toBe(loaded);
  });

  it('takes a run out when it leaves the filter', () => {
    const filter: RunFilter = { ...open, statuses: ['running'] };
    expect(ids(mergeRow(pages([row('a', 10)]), row('a', 10, { status: 'succeeded' }), filter))).toEqual([[]]);
  });

  it('adds nothing that the filter does not ask for', () => {
    const loaded = pages([row('a', 10)]);
    expect(mergeRow(loaded, row('b', 20), { ...open, workflow: 'cart' })).toBe(loaded);
    expect(mergeRow(loaded, row('b', 20), { ...open, q: 'ana@example.org' })).toBe(loaded);
    expect(mergeRow(loaded, row('b', 20), { ...open, statuses: ['failed'] })).toBe(loaded);
  });

  it('adds a run only within its span of time', () => {
    const loaded = pages([row('a', 10)]);
    const march: RunFilter = { ...open, time: 'own', from: '2026-02-27', to: '2026-03-03' };
    expect(ids(mergeRow(loaded, row('b', 20), march))).toEqual([['b', 'a']]);
    expect(mergeRow(loaded, row('b', 20), { ...march, to: '2026-02-27' })).toBe(loaded);
    expect(mergeRow(loaded, row('b', 20), { ...open, time: 'week' })).toBe(loaded);
  });

  it('adds a run only where it stopped at the step that is asked for', () => {
    const loaded = pages([row('a', 10)]);
    const filter: RunFilter = { ...open, workflow: 'signup', step: 'send' };
    const at = (step: string) => ({ code: 'A012', message: 'no', step });
    const held = row('b', 20, { status: 'held', error: at('gate/then/send') });
    expect(ids(mergeRow(loaded, held, filter))).toEqual([['b', 'a']]);
    expect(mergeRow(loaded, row('b', 20, { status: 'failed', error: at('gate') }), filter)).toBe(loaded);
    expect(mergeRow(loaded, row('b', 20, { error: at('send') }), filter)).toBe(loaded);
  });

  it('ends the same in whatever order the changes of different runs come', () => {
    const changes = [row('a', 10), row('b', 20), row('c', 30), row('d', 40)];
    const wanted = [['d', 'c', 'b', 'a']];
    for (const order of [changes, changes.toReversed(), [changes[2], changes[0], changes[3], changes[1]]]) {
      const end = order.reduce((loaded, one) => (one ? mergeRow(loaded, one, open) : loaded), pages([]));
      expect(ids(end)).toEqual(wanted);
    }
  });
});
