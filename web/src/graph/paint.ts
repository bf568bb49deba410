// What a run did to its graph: the state of every node and the edges it took.
import type { Graph, GraphEdge, GraphNode, Run, Step } from '../api/types';

export type NodeState = Step['status'] | 'stopped' | 'untouched' | 'passed';
export type Paint = { states: Map<string, NodeState>; taken: Set<string>; byPath: Map<string, Step> };

export function edgeKey(edge: Pick<GraphEdge, 'from' | 'to' | 'label'>): string {
  return `${edge.from}→${edge.to}:${edge.label ?? ''}`;
}

/** Paints `graph` with what `run` has done so far. */
export function paint(graph: Graph, run: Pick<Run, 'trigger' | 'steps' | 'status'>): Paint {
  const byPath = new Map(run.steps.map((step) => [step.path, step]));
  const reached = new Set<string>(
    graph.nodes.filter((node) => node.path === `trigger:${run.trigger}`).map((node) => node.path),
  );
  const nodes = new Map(graph.nodes.map((node) => [node.path, node]));
  const taken = new Set<string>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const edge of graph.edges) {
      const key = edgeKey(edge);
      const from = nodes.get(edge.from);
      if (!from || taken.has(key) || !reached.has(edge.from) || !goes(from, edge, byPath)) continue;
      taken.add(key);
      reached.add(edge.to);
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

function goes(from: GraphNode, edge: GraphEdge, steps: Map<string, Step>): boolean {
  if (from.kind === 'trigger' || from.kind === 'join') return true;
  const step = steps.get(from.path);
  if (!step) return false;
  if (edge.label === 'skip') return step.status === 'skipped';
  if (edge.label === 'error') return step.status === 'failed' && started(steps.get(edge.to));
  if (from.kind === 'if') return step.status === 'succeeded' && branchOf(step) === edge.label;
  if (from.kind === 'stop') return false;
  if (step.status === 'failed') return started(steps.get(edge.to));
  return step.status === 'succeeded' || step.status === 'skipped';
}

function started(step: Step | undefined): boolean {
  return step !== undefined && step.status !== 'pending' && step.status !== 'skipped';
}

function branchOf(step: Step): string | null {
  const output = step.output;
  if (output === null || typeof output !== 'object' || !('branch' in output)) return null;
  return String(output.branch);
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
