// What the run page knows: the run, its graph, its paint, and which step is open.
import { useCallback, useMemo, useState } from 'react';
import { useGraph, useRun } from '../api/queries';
import type { Graph, Run } from '../api/types';
import { useRunStream } from '../api/use-stream';
import { type Paint, paint } from '../graph/paint';

export type RunPage = {
  query: ReturnType<typeof useRun>;
  graphFailed: boolean;
  live: boolean;
  graph: Graph | undefined;
  paint: Paint | undefined;
  /** The path of the step at work or in need, if any. */
  active: string | null;
  selected: string | null;
  /** True once a person has chosen a step; until then the panel follows the run. */
  chosen: boolean;
  open: (path: string | null) => void;
};

export function useRunPage(id: string): RunPage {
  const stream = useRunStream(id);
  const live = stream === 'live' || stream === 'ended';
  const query = useRun(id, live);
  const run = query.data;
  const graphQuery = useGraph(run?.workflow, run?.version);
  const graph = graphQuery.data;
  const painted = useMemo(() => (graph && run ? paint(graph, run) : undefined), [graph, run]);
  const [chosen, setChosen] = useState<string | null>(null);
  const open = useCallback((path: string | null) => setChosen(path), []);
  const active = run ? activeStep(run) : null;
  return {
    query,
    graphFailed: graphQuery.isError,
    live,
    graph,
    paint: painted,
    active,
    selected: chosen ?? (run ? stepToShow(run) : null),
    chosen: chosen !== null,
    open,
  };
}

const atWork = ['held', 'retrying', 'running', 'waiting'];

function activeStep(run: Run): string | null {
  return run.steps.find((step) => atWork.includes(step.status))?.path ?? null;
}

/** The step worth a look before anybody has chosen one: in need, at work, or the last one done. */
export function stepToShow(run: Run): string | null {
  const failed = run.status === 'failed' ? run.steps.find((step) => step.status === 'failed') : undefined;
  const last = run.steps.findLast((step) => step.status === 'succeeded');
  return failed?.path ?? activeStep(run) ?? last?.path ?? `trigger:${run.trigger}`;
}
