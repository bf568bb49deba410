// Where every card stands: a pure function of the structure, with fixed card sizes and no measuring.
import type { Graph, GraphNode } from '../api/types';
import { edgeKey } from './paint';
import { type Block, type Sequence, structureOf } from './structure';

export const card = { width: 280, height: 72 };
export const dot = { width: 16, height: 16 };
export const pill = { width: 88, height: 32 };
export const gap = { x: 40, y: 28, labelled: 52 };

export type Placed = { path: string; x: number; y: number; width: number; height: number };
/** `ways` holds the axis of each lane without cards, by edge: its line runs there, past the other lane. */
export type Layout = { placed: Placed[]; ways: Map<string, number>; width: number; height: number };

/** Extent about a vertical axis. */
type Extent = { left: number; right: number; height: number };

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
  return { placed, ways: placer.ways, width: left + right, height };
}

function rowOf(cards: number): number {
  return cards === 0 ? 0 : cards * card.width + (cards - 1) * gap.x;
}

class Placer {
  readonly placed: Placed[] = [];
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
    const { width, height } = sizeOf(block.node);
    const half = width / 2;
    let extent: Extent = { left: half, right: half, height };
    if (block.lanes.length > 0) {
      const { axes, left, right, tallest } = this.lanesOf(block);
      const middle = midpoint(axes);
      extent = {
        left: Math.max(half, middle - left),
        right: Math.max(half, right - middle),
        height: height + gap.labelled + tallest,
      };
    } else if (block.side) {
      const side = this.measure(block.side);
      extent = {
        left: half,
        right: half + gap.x + side.left + side.right,
        height: height + gap.labelled + side.height,
      };
    }
    this.measured.set(block, extent);
    return extent;
  }

  /** The lane axes from the left edge of the first lane on. */
  private lanesOf(block: Block) {
    const extents = block.lanes.map((lane) => this.laneExtent(lane.blocks));
    const axes: number[] = [];
    let x = 0;
    for (const extent of extents) {
      axes.push(x + extent.left);
      x += extent.left + extent.right + gap.x;
    }
    return {
      axes,
      left: 0,
      right: x - gap.x,
      tallest: Math.max(0, ...extents.map((extent) => extent.height)),
    };
  }

  /** An empty lane is as wide as a narrow road, so that its line has room of its own. */
  private laneExtent(blocks: Sequence): Extent {
    if (blocks.length === 0) return { left: pill.width / 2, right: pill.width / 2, height: 0 };
    return this.measure(blocks);
  }

  place(blocks: Sequence, axis: number, top: number) {
    let y = top;
    for (const block of blocks) {
      this.placeBlock(block, axis, y);
      y += this.measureBlock(block).height + gap.y;
    }
  }

  private placeBlock(block: Block, axis: number, y: number) {
    const { width, height } = sizeOf(block.node);
    this.put(block.node, axis, y);
    const below = y + height + gap.labelled;
    if (block.lanes.length > 0) {
      const { axes } = this.lanesOf(block);
      const shift = axis - midpoint(axes);
      block.lanes.forEach((lane, at) => {
        const laneAxis = shift + (axes[at] ?? 0);
        this.place(lane.blocks, laneAxis, below);
        const empty = { from: block.node.path, to: `${block.node.path}/join`, label: lane.label };
        if (lane.blocks.length === 0) this.ways.set(edgeKey(empty), laneAxis);
      });
    } else if (block.side) {
      this.place(block.side, axis + width / 2 + gap.x + this.measure(block.side).left, below);
    }
  }
}

function midpoint(axes: number[]): number {
  return ((axes[0] ?? 0) + (axes.at(-1) ?? 0)) / 2;
}
