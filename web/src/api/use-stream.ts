// React's side of the two streams: one run, and everything that changes.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { mergeRow, type RunFilter, type RunPages } from './live-rows';
import { keys } from './queries';
import { openStream, perFrame, type StreamState } from './stream';
import type { Run, RunRow } from './types';

/** Keeps the run `id` in the cache up to date until it is over. */
export function useRunStream(id: string): StreamState {
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    const frames = perFrame<Run>((runs) => queries.setQueryData(keys.run(id), runs.at(-1)));
    const close = openStream(`/api/v1/runs/${encodeURIComponent(id)}/events`, {
      events: { run: (data) => frames.push(asRun(data)) },
      onState: setState,
      last: 'done',
    });
    return () => {
      close();
      frames.stop();
    };
  }, [id, queries]);
  return state;
}

function asRun(data: unknown): Run {
  return (data as { run: Run }).run;
}

/** Puts every changed run into the loaded list; `onNew` hears of the ids that were not in it. */
export function useListStream(filter: RunFilter | null): StreamState {
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    const frames = perFrame<RunRow>((rows) => {
      if (filter) {
        queries.setQueryData<RunPages>(keys.runs(filter), (loaded) =>
          loaded ? rows.reduce((pages, row) => mergeRow(pages, row, filter), loaded) : loaded,
        );
      } else {
        queries.invalidateQueries({ queryKey: keys.workflows });
      }
    });
    const close = openStream('/api/v1/stream', {
      events: {
        run: (data) => frames.push(data as RunRow),
        workflow: () => queries.invalidateQueries({ queryKey: keys.workflows }),
        // After a pause the list may have missed changes: ask once.
        hello: () => queries.invalidateQueries({ queryKey: filter ? keys.runs(filter) : keys.workflows }),
      },
      onState: setState,
    });
    return () => {
      close();
      frames.stop();
    };
  }, [filter, queries]);
  return state;
}
