// The page of all runs: filters in the address, rows that change by themselves.
import { Activity } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { anyRun, type RunFilter } from '../api/live-rows';
import { useRuns } from '../api/queries';
import type { RunRow } from '../api/types';
import { useListStream } from '../api/use-stream';
import { useI18n } from '../i18n/i18n';
import { readFilter, runsPath } from '../routes';
import { Button } from '../ui/button';
import { LiveDot } from '../ui/live-dot';
import { Bone, Loading, RefetchBar } from '../ui/loading';
import { Empty, Failure } from '../ui/notice';
import { PageHead } from '../ui/page';
import { BulkBar } from './bulk-bar';
import { RunFilters } from './run-filters';
import { RunRows } from './run-rows';

export function RunList() {
  const { t } = useI18n();
  const search = useSearch();
  const [, navigate] = useLocation();
  const filter = useMemo(() => readFilter(search), [search]);
  const setFilter = useCallback((next: RunFilter) => navigate(runsPath(next), { replace: true }), [navigate]);
  const stream = useListStream(filter);
  const runs = useRuns(filter, stream === 'live');
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.runs) ?? [], [runs.data]);
  const fresh = useFresh(rows, search);
  const filtered = runsPath(filter) !== runsPath();
  const clear = () => setFilter(anyRun);
  const [selected, setSelected] = useSelected(rows);

  return (
    <>
      <RefetchBar active={runs.isFetching && !runs.isPending && stream !== 'live'} />
      <PageHead title={t.runs.title} aside={<LiveDot state={stream} />} />
      <RunFilters filter={filter} onChange={setFilter} onClear={filtered ? clear : null} />
      {runs.isPending ? (
        <Loading onRetry={() => void runs.refetch()}>
          <RowBones />
        </Loading>
      ) : runs.isError && rows.length === 0 ? (
        <Failure title={t.runs.failed} error={runs.error} onRetry={() => void runs.refetch()} />
      ) : rows.length === 0 && !runs.hasNextPage ? (
        <Empty
          icon={Activity}
          title={filter.asks ? t.runs.noAsks : filtered ? t.runs.noMatch : t.runs.empty}
          text={filter.asks ? t.runs.noAsksText : filtered ? t.runs.noMatchText : t.runs.emptyText}
          action={filtered ? <Button onPress={clear}>{t.runs.clear}</Button> : undefined}
        />
      ) : (
        <>
          {heldOnly(filter) || selected.size > 0 ? (
            <BulkBar filter={filter} selected={selected} onClear={() => setSelected(new Set())} />
          ) : null}
          <RunRows rows={rows} fresh={fresh} selected={selected} onSelect={setSelected} />
          <div className="mt-4 flex items-center justify-between gap-4 text-sm text-soft">
            <span>{t.runs.end(rows.length)}</span>
            {runs.hasNextPage ? (
              <Button
                onPress={() => void runs.fetchNextPage()}
                refused={runs.isFetchingNextPage ? t.runs.loadingMore : null}
              >
                {runs.isFetchingNextPage ? t.runs.loadingMore : t.runs.more}
              </Button>
            ) : null}
          </div>
        </>
      )}
    </>
  );
}

/** Whether the list shows held runs and nothing else. */
function heldOnly({ statuses, asks }: RunFilter): boolean {
  return statuses.length === 1 && statuses[0] === 'held' && !asks;
}

/** The chosen runs that are still held and still in the list. */
function useSelected(rows: RunRow[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(
    () => new Set(rows.filter((row) => row.status === 'held' && chosen.has(row.id)).map((row) => row.id)),
    [rows, chosen],
  );
  return [selected, setChosen] as const;
}

/** The ids of runs that came after the list was first shown for a filter. */
function useFresh(rows: RunRow[], search: string): Set<string> {
  const known = useRef<{ search: string; ids: Set<string> } | null>(null);
  const [fresh, setFresh] = useState<Set<string>>(new Set());
  useEffect(() => {
    if (rows.length === 0) return;
    if (known.current?.search !== search) {
      known.current = { search, ids: new Set(rows.map((row) => row.id)) };
      setFresh(new Set());
      return;
    }
    const { ids } = known.current;
    const top = rows.findIndex((row) => ids.has(row.id));
    const added = rows.slice(0, top === -1 ? rows.length : top).filter((row) => !ids.has(row.id));
    for (const row of rows) ids.add(row.id);
    if (added.length > 0) setFresh((old) => new Set([...old, ...added.map((row) => row.id)]));
  }, [rows, search]);
  return fresh;
}

function RowBones() {
  return (
    <div className="overflow-hidden rounded-card border border-line bg-surface">
      {[60, 44, 52, 48, 56, 40].map((width) => (
        <div key={width} className="flex h-14 items-center gap-6 border-b border-line px-4 last:border-0">
          <Bone className="h-5 w-24" />
          <div style={{ width: `${width / 2}%` }}>
            <Bone className="h-4 w-full" />
          </div>
          <Bone className="ml-auto h-4 w-20" />
        </div>
      ))}
    </div>
  );
}
