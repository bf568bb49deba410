// Graphs for tests: random ones from a seed, made as the server makes them.
import type { Graph, GraphEdge, GraphNode } from '../api/types';

/** A small generator of numbers in [0, 1) (mulberry32): the same seed gives the same graph. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Loose = { from: string; label: string | null };

/** Builds a graph step by step, keeping the ends that wait for the next step. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];
  loose: Loose[] = [];

  add(path: string, kind: GraphNode['kind']) {
    this.nodes.push({ path, id: path, name: path, kind, use: null, summary: null });
    for (const { from, label } of this.loose) this.edges.push({ from, to: path, label });
    this.loose = kind === 'stop' || kind === 'end' ? [] : [{ from: path, label: null }];
  }

  trigger(id: string) {
    this.nodes.push({
      path: `trigger:${id}`,
      id,
      name: id,
      kind: 'trigger',
      use: 'webhook@1',
      summary: null,
    });
    this.loose.push({ from: `trigger:${id}`, label: null });
  }

  /** A decision; each lane is a function that adds its steps. */
  decide(path: string, lanes: { yes: () => void; no: () => void }) {
    this.add(path, 'if');
    const ends: Loose[] = [];
    for (const label of ['then', 'else']) {
      this.loose = [{ from: path, label }];
      if (label === 'then') lanes.yes();
      else lanes.no();
      ends.push(...this.loose);
    }
    this.loose = ends;
    // Where both ways stop, nothing comes together.
    if (ends.length > 0) this.add(`${path}/join`, 'join');
  }

  done(): Graph {
    this.add('end', 'end');
    return { nodes: this.nodes, edges: this.edges };
  }
}

/** A random flow of sequences and nested decisions. */
export function randomGraph(seed: number): Graph {
  const next = numbers(seed);
  const builder = new GraphBuilder();
  const triggers = 1 + Math.floor(next() * 3);
  for (let at = 0; at < triggers; at += 1) builder.trigger(`t${at}`);
  let count = 0;
  const sequence = (prefix: string, depth: number, least: number) => {
    const steps = least + Math.floor(next() * 4);
    for (let at = 0; at < steps; at += 1) {
      count += 1;
      const path = `${prefix}s${count}`;
      if (depth < 3 && next() < 0.35) {
        const lane = (name: string) => () => sequence(`${path}/${name}/`, depth + 1, 0);
        builder.decide(path, { yes: lane('then'), no: lane('else') });
        if (builder.loose.length === 0) return;
      } else if (depth > 0 && next() < 0.15) {
        builder.add(path, 'stop');
        return;
      } else {
        builder.add(path, 'use');
      }
    }
  };
  sequence('', 0, 1);
  return builder.done();
}

/** Verify, stop when nothing can arrive, then two more steps: the shape of the signup flow. */
export function signupGraph(): Graph {
  const builder = new GraphBuilder();
  builder.trigger('signup');
  builder.add('verify', 'use');
  builder.decide('check', { yes: () => builder.add('check/then/reject', 'stop'), no: () => {} });
  builder.add('contact', 'use');
  builder.add('welcome', 'use');
  return builder.done();
}
