// Reads the block structure (sequences, branches, loops, side ways) back out of the server's graph.
import type { Graph, GraphNode } from '../api/types';

/** A way out of a block; `to` is where its first edge leads, also when it holds no steps. */
export type Lane = { label: string | null; to: string; blocks: Sequence };
export type Block = {
  node: GraphNode;
  /** Lanes side by side that meet again below: of a decision, a fork, or the one body of a loop. */
  lanes: Lane[];
  /** For a fork: which lanes a lane waits for. */
  needs: number[][];
  /** The one lane is done again and again. */
  loop: boolean;
  /** What runs beside the main way: when the step fails, when its time is over, when it is skipped. */
  sides: Lane[];
};
export type Sequence = Block[];
export type Structure = { triggers: GraphNode[]; steps: Sequence; rest: GraphNode[] };

type Out = { to: string; label: string | null };
type Step = { block: Block; next: string | undefined };
/** Where a walk ends: at these nodes, and at everything outside of this path. */
type Bounds = { until: Set<string>; within: string };

/** The structure of `graph`; nodes that no walk reaches come in `rest`, so nothing is ever lost. */
export function structureOf(graph: Graph): Structure {
  const walker = new Walker(graph);
  const triggers = graph.nodes.filter((node) => node.kind === 'trigger');
  for (const trigger of triggers) walker.seen.add(trigger.path);
  const first = triggers.map((trigger) => walker.outsOf(trigger.path)[0]?.to).find(Boolean);
  const start = first ?? graph.nodes.find((node) => node.kind !== 'trigger')?.path;
  const steps = walker.sequence(start, { until: new Set(), within: '' });
  const rest = graph.nodes.filter((node) => !walker.seen.has(node.path));
  return { triggers, steps, rest };
}

const beside = new Set(['error', 'timeout', 'skip']);

class Walker {
  readonly seen = new Set<string>();
  private readonly graph: Graph;
  private readonly nodes: Map<string, GraphNode>;
  private readonly outs = new Map<string, Out[]>();

  constructor(graph: Graph) {
    this.graph = graph;
    this.nodes = new Map(graph.nodes.map((node) => [node.path, node]));
    for (const edge of graph.edges) {
      const list = this.outs.get(edge.from) ?? [];
      list.push({ to: edge.to, label: edge.label ?? null });
      this.outs.set(edge.from, list);
    }
  }

  outsOf(path: string): Out[] {
    return this.outs.get(path) ?? [];
  }

  /** The blocks from `start` on, as far as `bounds` go. */
  sequence(start: string | undefined, bounds: Bounds): Sequence {
    const blocks: Sequence = [];
    let at = start;
    while (at !== undefined && !bounds.until.has(at) && !this.seen.has(at)) {
      const node = this.nodes.get(at);
      if (!node || !at.startsWith(bounds.within)) break;
      this.seen.add(at);
      const { block, next } = this.block(node, bounds);
      blocks.push(block);
      at = next;
    }
    return blocks;
  }

  private block(node: GraphNode, bounds: Bounds): Step {
    switch (node.kind) {
      case 'if':
      case 'switch':
        return this.decision(node, bounds);
      case 'for_each':
      case 'repeat':
        return this.loop(node, bounds);
      case 'parallel':
        return this.fork(node, bounds);
      case 'end':
        return { block: this.open(node, this.outsOf(node.path), bounds), next: undefined };
      default:
        return this.plain(node, bounds);
    }
  }

  /** The node where the ways of a block meet, if they do. */
  private meeting(node: GraphNode, word: 'join' | 'after' = 'join'): string | undefined {
    const path = `${node.path}/${word}`;
    return this.nodes.has(path) ? path : undefined;
  }

  private lanes(outs: Out[], bounds: Bounds, stops: (string | undefined)[]): Lane[] {
    const until = new Set([...bounds.until, ...stops.filter((stop) => stop !== undefined)]);
    return outs.map(({ to, label }) => ({
      label,
      to,
      blocks: this.sequence(to, { ...bounds, until }),
    }));
  }

  private open(node: GraphNode, outs: Out[], bounds: Bounds, stops: (string | undefined)[] = []): Block {
    const lanes = this.lanes(outs, bounds, stops);
    return { node, lanes, needs: lanes.map(() => []), loop: false, sides: [] };
  }

  private decision(node: GraphNode, bounds: Bounds): Step {
    const join = this.meeting(node);
    return { block: this.open(node, this.outsOf(node.path), bounds, [join]), next: join };
  }

  private loop(node: GraphNode, bounds: Bounds): Step {
    const stops = [this.meeting(node), this.meeting(node, 'after')];
    const outs = this.outsOf(node.path);
    const body = this.open(
      node,
      outs.filter(({ label }) => label === 'each'),
      bounds,
      stops,
    );
    const sides = this.sides(outs, bounds, stops);
    return { block: { ...body, loop: true, sides }, next: stops[0] ?? stops[1] };
  }

  private fork(node: GraphNode, bounds: Bounds): Step {
    const stops = [this.meeting(node), this.meeting(node, 'after')];
    const until = new Set([...bounds.until, ...stops.filter((stop) => stop !== undefined)]);
    const outs = this.outsOf(node.path);
    const below = `${node.path}/`;
    const starts = new Map<string, string>();
    for (const { label, to } of outs) if (label !== null && !beside.has(label)) starts.set(label, to);
    // A branch that waits for another one has no line from the fork: its first step is the first below its path.
    for (const { path, kind } of this.graph.nodes) {
      const [branch, ...rest] = path.startsWith(below) ? path.slice(below.length).split('/') : [];
      const own = rest.length > 0 && kind !== 'join' && branch !== 'error';
      if (branch && own && !starts.has(branch)) starts.set(branch, path);
    }
    const ids = [...starts.keys()];
    const lanes = [...starts].map(([label, to]) => ({
      label,
      to,
      blocks: this.sequence(to, { until, within: `${below}${label}/` }),
    }));
    const needs = ids.map((id) => this.needsOf(starts.get(id) ?? '', id, ids, below));
    const sides = this.sides(outs, bounds, stops);
    return { block: { node, lanes, needs, loop: false, sides }, next: stops[0] ?? stops[1] };
  }

  private needsOf(start: string, id: string, ids: string[], below: string): number[] {
    const from = this.graph.edges.filter((edge) => edge.to === start).map((edge) => edge.from);
    return ids.flatMap((other, at) =>
      other !== id && from.some((path) => path.startsWith(`${below}${other}/`)) ? [at] : [],
    );
  }

  private plain(node: GraphNode, bounds: Bounds): Step {
    const outs = this.outsOf(node.path);
    const next = outs.find(({ label }) => !beside.has(label ?? ''))?.to ?? this.meeting(node);
    const stops = [next, this.meeting(node)];
    const sides = this.sides(outs, bounds, stops).filter(({ blocks }) => blocks.length > 0);
    return { block: { node, lanes: [], needs: [], loop: false, sides }, next };
  }

  private sides(outs: Out[], bounds: Bounds, stops: (string | undefined)[]): Lane[] {
    return this.lanes(
      outs.filter(({ label }) => beside.has(label ?? '')),
      bounds,
      stops,
    );
  }
}

/** How deep every node stands inside branches, for lists. */
export function depthsOf(graph: Graph): Map<string, number> {
  const depths = new Map<string, number>();
  const visit = (blocks: Sequence, depth: number) => {
    for (const { node, lanes, sides } of blocks) {
      depths.set(node.path, depth);
      for (const lane of [...lanes, ...sides]) visit(lane.blocks, depth + 1);
    }
  };
  visit(structureOf(graph).steps, 0);
  return depths;
}
