// Where every card stands: a pure function of the structure, with fixed card sizes and no measuring.
import type { Graph, GraphNode } from '../api/types';
import { edgeKey } from './paint';
import { type Block, type Lane, type Sequence, structureOf } from './structure';

export const card = { width: 280, height: 72 };
export const dot = { width: 16, height: 16 };
export const pill = { width: 88, height: 32 };
export const gap = { x: 40, y: 28, labelled: 52 };
/** The frame around the body of a loop: its distance from what it holds. */
const frame = { side: 20, above: 36, below: 24, way: 16 };

export type Placed = { path: string; x: number; y: number; width: number; height: number };
/**
 * `ways` holds the axis of each lane without cards, by edge: its line runs there, past the other lanes. `frames` stand
 * around the bodies of loops, under the path of the loop.
 */
export type Layout = {
  placed: Placed[];
  frames: Placed[];
  ways: Map<string, number>;
  width: number;
  height: number;
};

/** Extent about a vertical axis. */
type Extent = { left: number; right: number; height: number };
/** The lanes of a block, each with its axis from the block's own and how far down it begins. */
type Spread = Extent & { axes: number[]; drops: number[] };

function sizeOf(node: GraphNode): { width: number; height: number } {
  if (node.kind === 'join') return dot;
  return node.kind === 'end' ? pill : card;
}

/** Top-left corners of all nodes, in the order of the graph. */
export function layoutOf(graph: Graph): Layout {
  const structure = structureOf(graph);
  const placer = new Placer();
  const row = rowOf(structure.triggers.length);
  const steps = placer.measure(structure.steps);
  const left = Math.max(row / 2, steps.left);
  const right = Math.max(row / 2, steps.right);
  let y = 0;
  structure.triggers.forEach((trigger, at) => {
    placer.put(trigger, left - row / 2 + card.width / 2 + at * (card.width + gap.x), 0);
  });
  if (structure.triggers.length > 0) y = card.height + gap.y;
  placer.place(structure.steps, left, y);
  let height = y + steps.height;
  structure.rest.forEach((node) => {
    height += gap.y;
    placer.put(node, left, height);
    height += sizeOf(node).height;
  });
  const order = new Map(graph.nodes.map((node, at) => [node.path, at]));
  const placed = placer.placed.sort((a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0));
  return { placed, frames: placer.frames, ways: placer.ways, width: left + right, height };
}

function rowOf(cards: number): number {
  return cards === 0 ? 0 : cards * card.width + (cards - 1) * gap.x;
}

class Placer {
  readonly placed: Placed[] = [];
  readonly frames: Placed[] = [];
  readonly ways = new Map<string, number>();
  private readonly measured = new Map<Block, Extent>();

  put(node: GraphNode, axis: number, y: number) {
    const { width, height } = sizeOf(node);
    this.placed.push({ path: node.path, x: axis - width / 2, y, width, height });
  }

  measure(blocks: Sequence): Extent {
    const extents = blocks.map((block) => this.measureBlock(block));
    const heights = extents.reduce((sum, extent) => sum + extent.height, 0);
    return {
      left: Math.max(0, ...extents.map((extent) => extent.left)),
      right: Math.max(0, ...extents.map((extent) => extent.right)),
      height: heights + Math.max(0, blocks.length - 1) * gap.y,
    };
  }

  private measureBlock(block: Block): Extent {
    const known = this.measured.get(block);
    if (known) return known;
    const main = this.main(block);
    const { height: own } = sizeOf(block.node);
    const extent = { ...main };
    for (const side of block.sides) {
      const { left, right, height } = this.laneExtent(side);
      extent.right += gap.x + left + right;
      extent.height = Math.max(extent.height, own + gap.labelled + height);
    }
    this.measured.set(block, extent);
    return extent;
  }

  /** The block without what stands beside it. */
  private main(block: Block): Extent {
    const { width, height } = sizeOf(block.node);
    const half = width / 2;
    if (block.lanes.length === 0) return { left: half, right: half, height };
    const inside = block.loop ? this.body(block) : this.spread(block);
    return {
      left: Math.max(half, inside.left),
      right: Math.max(half, inside.right),
      height: height + inside.height,
    };
  }

  /** The body of a loop with its frame, and room beside it for the line past it. */
  private body(block: Block): Extent {
    const { left, right, height } = this.laneExtent(block.lanes[0]);
    return {
      left: left + frame.side,
      right: right + frame.side + frame.way,
      height: gap.labelled + height + frame.below,
    };
  }

  /** Lanes side by side, each in a column of its own, under the middle of the first and the last. */
  private spread(block: Block): Spread {
    const extents = block.lanes.map((lane) => this.laneExtent(lane));
    const axes: number[] = [];
    let x = 0;
    for (const extent of extents) {
      axes.push(x + extent.left);
      x += extent.left + extent.right + gap.x;
    }
    const middle = midpoint(axes);
    const drops = dropsOf(block, extents);
    const bottoms = extents.map((extent, at) => (drops[at] ?? 0) + extent.height);
    return {
      axes: axes.map((axis) => axis - middle),
      drops,
      left: middle,
      right: x - gap.x - middle,
      height: gap.labelled + Math.max(0, ...bottoms),
    };
  }

  /** An empty lane is as wide as a narrow road, so that its line has room of its own. */
  private laneExtent(lane: Lane | undefined): Extent {
    if (!lane?.blocks.length) return { left: pill.width / 2, right: pill.width / 2, height: 0 };
    return this.measure(lane.blocks);
  }

  place(blocks: Sequence, axis: number, top: number) {
    let y = top;
    for (const block of blocks) {
      this.placeBlock(block, axis, y);
      y += this.measureBlock(block).height + gap.y;
    }
  }

  private placeBlock(block: Block, axis: number, y: number) {
    this.put(block.node, axis, y);
    const under = y + sizeOf(block.node).height;
    if (block.loop) this.placeBody(block, axis, under);
    else if (block.lanes.length > 0) {
      const { axes, drops } = this.spread(block);
      block.lanes.forEach((lane, at) => {
        this.placeLane(block, lane, axis + (axes[at] ?? 0), under + gap.labelled + (drops[at] ?? 0));
      });
    }
    let x = axis + this.main(block).right;
    for (const side of block.sides) {
      const { left, right } = this.laneExtent(side);
      this.placeLane(block, side, x + gap.x + left, under + gap.labelled);
      x += gap.x + left + right;
    }
  }

  private placeBody(block: Block, axis: number, under: number) {
    const { path } = block.node;
    const body = this.laneExtent(block.lanes[0]);
    const top = under + gap.labelled;
    this.frames.push({
      path,
      x: axis - body.left - frame.side,
      y: top - frame.above,
      width: body.left + body.right + 2 * frame.side,
      height: frame.above + body.height + frame.below,
    });
    for (const lane of block.lanes) this.placeLane(block, lane, axis, top);
    const past = { from: path, to: `${path}/join`, label: 'empty' };
    this.ways.set(edgeKey(past), axis + body.right + frame.side + frame.way);
  }

  private placeLane({ node }: Block, lane: Lane, axis: number, top: number) {
    this.place(lane.blocks, axis, top);
    const edge = { from: node.path, to: lane.to, label: lane.label };
    if (lane.blocks.length === 0) this.ways.set(edgeKey(edge), axis);
  }
}

/** How far below the first lanes each lane begins: under all that it waits for. */
function dropsOf(block: Block, extents: Extent[]): number[] {
  const known = new Map<number, number>();
  const drop = (at: number): number => {
    const found = known.get(at);
    if (found !== undefined) return found;
    known.set(at, 0);
    const needs = block.needs[at] ?? [];
    const below = needs.map((need) => drop(need) + (extents[need]?.height ?? 0) + gap.labelled);
    const far = Math.max(0, ...below);
    known.set(at, far);
    return far;
  };
  return extents.map((_, at) => drop(at));
}

function midpoint(axes: number[]): number {
  return ((axes[0] ?? 0) + (axes.at(-1) ?? 0)) / 2;
}
