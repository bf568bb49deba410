// Reads the block structure (sequences, branches, side lanes) back out of the server's graph.
import type { Graph, GraphNode } from '../api/types';

export type Block = {
  node: GraphNode;
  /** Lanes side by side, for a decision; empty otherwise. */
  lanes: Lane[];
  /** What runs when the step fails, beside the main way. */
  side: Sequence | null;
};
export type Sequence = Block[];
export type Lane = { label: string | null; blocks: Sequence };
export type Structure = { triggers: GraphNode[]; steps: Sequence; rest: GraphNode[] };

type Out = { to: string; label: string | null };

/** The structure of `graph`; nodes that no walk reaches come in `rest`, so nothing is ever lost. */
export function structureOf(graph: Graph): Structure {
  const nodes = new Map(graph.nodes.map((node) => [node.path, node]));
  const outs = new Map<string, Out[]>();
  for (const edge of graph.edges) {
    const list = outs.get(edge.from) ?? [];
    list.push({ to: edge.to, label: edge.label ?? null });
    outs.set(edge.from, list);
  }
  const walker = new Walker(nodes, outs);
  const triggers = graph.nodes.filter((node) => node.kind === 'trigger');
  for (const trigger of triggers) walker.seen.add(trigger.path);
  const first = triggers.map((trigger) => outs.get(trigger.path)?.[0]?.to).find(Boolean);
  const steps = walker.sequence(
    first ?? graph.nodes.find((node) => node.kind !== 'trigger')?.path,
    new Set(),
  );
  const rest = graph.nodes.filter((node) => !walker.seen.has(node.path));
  return { triggers, steps, rest };
}

class Walker {
  readonly seen = new Set<string>();
  private readonly nodes: Map<string, GraphNode>;
  private readonly outs: Map<string, Out[]>;

  constructor(nodes: Map<string, GraphNode>, outs: Map<string, Out[]>) {
    this.nodes = nodes;
    this.outs = outs;
  }

  /** The blocks from `start` on, up to a node of `until`. */
  sequence(start: string | undefined, until: Set<string>): Sequence {
    const blocks: Sequence = [];
    let at = start;
    while (at !== undefined && !until.has(at) && !this.seen.has(at)) {
      const node = this.nodes.get(at);
      if (!node) break;
      this.seen.add(at);
      const { block, next } = node.kind === 'if' ? this.decision(node, until) : this.plain(node, until);
      blocks.push(block);
      at = next;
    }
    return blocks;
  }

  private decision(node: GraphNode, until: Set<string>): { block: Block; next: string | undefined } {
    const join = `${node.path}/join`;
    const inside = new Set([...until, join]);
    const lanes = (this.outs.get(node.path) ?? []).map(({ to, label }) => ({
      label,
      blocks: this.sequence(to, inside),
    }));
    return { block: { node, lanes, side: null }, next: this.nodes.has(join) ? join : undefined };
  }

  private plain(node: GraphNode, until: Set<string>): { block: Block; next: string | undefined } {
    const outs = this.outs.get(node.path) ?? [];
    const next = outs.find((out) => out.label !== 'error')?.to;
    const failed = outs.find((out) => out.label === 'error')?.to;
    const inside = new Set(until);
    if (next !== undefined) inside.add(next);
    const side = failed === undefined || failed === next ? null : this.sequence(failed, inside);
    return { block: { node, lanes: [], side: side?.length ? side : null }, next };
  }
}

/** How deep every node stands inside branches, for lists. */
export function depthsOf(graph: Graph): Map<string, number> {
  const depths = new Map<string, number>();
  const visit = (blocks: Sequence, depth: number) => {
    for (const { node, lanes, side } of blocks) {
      depths.set(node.path, depth);
      for (const lane of lanes) visit(lane.blocks, depth + 1);
      if (side) visit(side, depth + 1);
    }
  };
  visit(structureOf(graph).steps, 0);
  return depths;
}
