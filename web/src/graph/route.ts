// The line of an edge: straight pieces with round corners, never through a card.
import type { GraphEdge } from '../api/types';
import type { Placed } from './layout';

export type Point = { x: number; y: number };
export type Route = { d: string; label: Point };

const radius = 12;
const turn = 14;
const labelBelow = 32;
const onFrame = 24;

/** The path from one card to another; `via` is the axis of a lane without cards. */
export function routeOf(edge: GraphEdge, from: Placed, to: Placed, via?: number): Route {
  const start = { x: from.x + from.width / 2, y: from.y + from.height };
  const end = { x: to.x + to.width / 2, y: to.y };
  const side = edge.label === 'error' || edge.label === 'timeout';
  if (side && via === undefined && end.x > from.x + from.width) return sideways(from, end);
  const fanOut = edge.label !== null && edge.label !== undefined;
  const axis = via ?? (fanOut ? end.x : start.x);
  const points = [start];
  if (axis !== start.x) points.push({ x: start.x, y: start.y + turn }, { x: axis, y: start.y + turn });
  if (axis !== end.x) points.push({ x: axis, y: end.y - turn }, { x: end.x, y: end.y - turn });
  points.push(end);
  // The word of the way back stands on the frame of its loop.
  const below = edge.label === 'again' ? onFrame : labelBelow;
  return { d: rounded(points), label: { x: axis, y: start.y + below } };
}

function sideways(from: Placed, end: Point): Route {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const points = [start, { x: end.x, y: start.y }, end];
  return { d: rounded(points), label: { x: end.x, y: (start.y + end.y) / 2 + 8 } };
}

/** An SVG path through `points` with corners of at most `radius`. */
export function rounded(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let d = `M${first.x} ${first.y}`;
  let at = first;
  rest.forEach((corner, index) => {
    const next = rest[index + 1];
    if (!next) {
      d += `L${corner.x} ${corner.y}`;
      return;
    }
    const size = Math.min(radius, distance(at, corner) / 2, distance(corner, next) / 2);
    const before = toward(corner, at, size);
    const after = toward(corner, next, size);
    d += `L${before.x} ${before.y}Q${corner.x} ${corner.y} ${after.x} ${after.y}`;
    at = corner;
  });
  return d;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function toward(from: Point, to: Point, size: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * size) / whole, y: from.y + ((to.y - from.y) * size) / whole };
}
