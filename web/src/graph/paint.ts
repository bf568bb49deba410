// What a run did to its graph: the state of every node and the edges it took.
import type { Graph, GraphEdge, GraphNode, Run, Step } from '../api/types';
import { type Chosen, inRun } from './passes';

export type NodeState = Step['status'] | 'stopped' | 'untouched' | 'passed';
/** `byPath` has the step of each node, in the passes that are shown. */
export type Paint = { states: Map<string, NodeState>; taken: Set<string>; byPath: Map<string, Step> };

export function edgeKey(edge: Pick<GraphEdge, 'from' | 'to' | 'label'>): string {
  return `${edge.from}→${edge.to}:${edge.label ?? ''}`;
}

type Painted = Pick<Run, 'trigger' | 'steps' | 'status'>;

/** Paints `graph` with what `run` has done so far; of loops the chosen passes. */
export function paint(graph: Graph, run: Painted, chosen: Chosen = new Map()): Paint {
  const steps = new Map(run.steps.map((step) => [step.path, step]));
  const byPath = new Map<string, Step>();
  for (const { path } of graph.nodes) {
    const step = steps.get(inRun(path, run.steps, chosen));
    if (step) byPath.set(path, step);
  }
  const nodes = new Map(graph.nodes.map((node) => [node.path, node]));
  const reached = new Set<string>(
    graph.nodes.filter((node) => node.path === `trigger:${run.trigger}`).map((node) => node.path),
  );
  const taken = new Set<string>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const edge of graph.edges) {
      const key = edgeKey(edge);
      const from = nodes.get(edge.from);
      // What runs at the end runs whether or not the end was reached by the main way.
      const near = reached.has(edge.from) || from?.kind === 'end';
      if (!from || taken.has(key) || !near || !goes(from, edge, byPath, nodes)) continue;
      taken.add(key);
      for (const path of [edge.to, ...endOf(edge.to, byPath, nodes)]) reached.add(path);
      grew = true;
    }
  }
  const states = new Map(
    graph.nodes.map((node) => [
      node.path,
      stateOf(node, reached.has(node.path), byPath.get(node.path), run.status),
    ]),
  );
  return { states, taken, byPath };
}

type Steps = Map<string, Step>;

function goes(from: GraphNode, edge: GraphEdge, steps: Steps, nodes: Map<string, GraphNode>): boolean {
  if (!isOpen(edge.to, steps, nodes)) return false;
  if (from.kind === 'trigger' || from.kind === 'join') return true;
  if (from.kind === 'end') return started(steps.get(edge.to));
  const step = steps.get(from.path);
  if (!step || from.kind === 'stop') return false;
  const { status } = step;
  switch (edge.label ?? null) {
    case null:
    case 'again':
      break;
    case 'skip':
      return status === 'skipped';
    case 'error':
      return status === 'failed' && (started(steps.get(edge.to)) || nodes.get(edge.to)?.kind === 'join');
    case 'timeout':
      return status === 'succeeded' && said(step, 'timed_out') === true;
    case 'empty':
      return status === 'succeeded' && said(step, 'count') === 0;
    default:
      return tookWay(from, edge, step, steps);
  }
  if (status === 'failed') return started(steps.get(edge.to));
  if (status === 'succeeded' && said(step, 'timed_out') === true) return !hasTimeoutWay(from, nodes);
  return status === 'succeeded' || status === 'skipped';
}

/** Where a loop or a fork that is over ends, whatever became of the pass or the branches that are shown. */
function endOf(path: string, steps: Steps, nodes: Map<string, GraphNode>): string[] {
  const join = `${path}/join`;
  const kind = nodes.get(path)?.kind;
  const over = steps.get(path)?.status === 'succeeded' && nodes.has(join);
  return over && (kind === 'for_each' || kind === 'repeat' || kind === 'parallel') ? [join] : [];
}

/** A loop or a fork is left only when it is over: before, its lanes have not met yet. */
function isOpen(to: string, steps: Steps, nodes: Map<string, GraphNode>): boolean {
  const block = nodes.get(to)?.kind === 'join' && to.endsWith('/join') ? to.slice(0, -'/join'.length) : '';
  const kind = nodes.get(block)?.kind;
  if (kind !== 'for_each' && kind !== 'repeat' && kind !== 'parallel') return true;
  return steps.get(block)?.status === 'succeeded';
}

/** A labelled way into a block: by what the block says of itself once it is over, before by what has started. */
function tookWay(from: GraphNode, edge: GraphEdge, step: Step, steps: Steps): boolean {
  if (from.kind === 'if' || from.kind === 'switch') {
    const way = said(step, from.kind === 'if' ? 'branch' : 'case');
    if (step.status === 'succeeded') return (way ?? 'else') === edge.label;
    return step.status !== 'skipped' && started(steps.get(edge.to));
  }
  if (from.kind === 'parallel' && edge.to === `${from.path}/join`) return step.status === 'succeeded';
  return started(steps.get(edge.to));
}

function hasTimeoutWay(from: GraphNode, nodes: Map<string, GraphNode>): boolean {
  const below = `${from.path}/timeout/`;
  return [...nodes.keys()].some((path) => path.startsWith(below));
}

function started(step: Step | undefined): boolean {
  return step !== undefined && step.status !== 'pending' && step.status !== 'skipped';
}

/** A field of a step's output. */
function said(step: Step, field: string): unknown {
  const output = step.output;
  if (output === null || typeof output !== 'object') return undefined;
  return (output as Record<string, unknown>)[field];
}

function stateOf(node: GraphNode, reached: boolean, step: Step | undefined, run: Run['status']): NodeState {
  if (node.kind === 'trigger' || node.kind === 'join') return reached ? 'passed' : 'untouched';
  if (node.kind === 'end') return reached && run === 'succeeded' ? 'succeeded' : 'untouched';
  if (!step) return 'untouched';
  if (node.kind === 'stop' && step.status === 'succeeded') return 'stopped';
  // A step in a branch that was not taken is as untouched as one that has not come yet.
  if ((step.status === 'skipped' || step.status === 'pending') && !reached) return 'untouched';
  return step.status;
}

/** The nodes a person can open, in the order they stand in the file. */
export function openable(graph: Graph): GraphNode[] {
  return graph.nodes.filter((node) => node.kind !== 'join');
}
