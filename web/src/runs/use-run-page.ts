// What the run page knows: the run, its graph, its paint, and which step is open.
import { useCallback, useMemo, useState } from 'react';
import { useGraph, useRun } from '../api/queries';
import type { Graph, Run, Step } from '../api/types';
import { useRunStream } from '../api/use-stream';
import { type Paint, paint } from '../graph/paint';
import { type Chosen, inRun, planned } from '../graph/passes';

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
  /** The step that stands at a node of the graph, in the passes that are shown. */
  stepAt: (path: string) => Step | undefined;
  passes: Chosen;
  /** Shows another pass of a loop; the loop by its path in the run. */
  choosePass: (loop: string, index: number) => void;
};

export function useRunPage(id: string): RunPage {
  const stream = useRunStream(id);
  const live = stream === 'live' || stream === 'ended';
  const query = useRun(id, live);
  const run = query.data;
  const graphQuery = useGraph(run?.workflow, run?.version);
  const graph = graphQuery.data;
  const [passes, setPasses] = useState<Chosen>(new Map());
  const choosePass = useCallback(
    (loop: string, index: number) => setPasses((old) => new Map(old).set(loop, index)),
    [],
  );
  const painted = useMemo(() => (graph && run ? paint(graph, run, passes) : undefined), [graph, run, passes]);
  const stepAt = useCallback(
    (path: string) => {
      if (!run) return undefined;
      const real = inRun(path, run.steps, passes);
      return run.steps.find((step) => step.path === real);
    },
    [run, passes],
  );
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
    stepAt,
    passes,
    choosePass,
  };
}

const atWork = ['held', 'retrying', 'running', 'waiting'];

function activeStep(run: Run): string | null {
  // A block is at work as long as something in it is: the innermost says more.
  const open = run.steps.filter((step) => atWork.includes(step.status));
  const inmost = open.find((step) => !open.some(({ path }) => isInside(path, step.path)));
  return inmost ? planned(inmost.path) : null;
}

function isInside(path: string, block: string): boolean {
  return path.startsWith(`${block}/`) || path.startsWith(`${block}[`);
}

/** The step worth a look before anybody has chosen one: in need, at work, or the last one done. */
export function stepToShow(run: Run): string | null {
  const failed = run.status === 'failed' ? run.steps.find((step) => step.status === 'failed') : undefined;
  const last = run.steps.findLast((step) => step.status === 'succeeded');
  const path = failed?.path ?? last?.path;
  return (failed ? null : activeStep(run)) ?? (path ? planned(path) : `trigger:${run.trigger}`);
}
