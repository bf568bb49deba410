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

  /** Lanes side by side, which come together unless all of them stop. */
  private ways(from: string, lanes: { label: string; add: () => void }[]): Loose[] {
    return lanes.flatMap(({ label, add }) => {
      this.loose = [{ from, label }];
      add();
      return this.loose;
    });
  }

  choose(path: string, cases: (() => void)[]) {
    this.add(path, 'switch');
    const lanes = cases.map((add, at) => ({ label: at === 0 ? 'else' : String(at), add }));
    const ends = this.ways(path, lanes);
    this.loose = ends;
    if (ends.length > 0) this.add(`${path}/join`, 'join');
  }

  loop(path: string, kind: 'for_each' | 'repeat', body: () => void) {
    this.add(path, kind);
    const ends = this.ways(path, [{ label: 'each', add: body }]);
    this.loose = ends.map(({ from }) => ({ from, label: 'again' }));
    if (kind === 'for_each') this.loose.push({ from: path, label: 'empty' });
    this.add(`${path}/join`, 'join');
  }

  /** A fork; a branch with a need begins behind the end of that branch. */
  fork(path: string, branches: { id: string; needs?: string; add: () => void }[]) {
    this.add(path, 'parallel');
    const ends = new Map<string, Loose[]>();
    for (const { id, needs, add } of branches) {
      this.loose = needs ? (ends.get(needs) ?? []) : [{ from: path, label: id }];
      add();
      ends.set(id, this.loose);
    }
    this.loose = [...ends.values()].flat();
    this.add(`${path}/join`, 'join');
  }

  /** What runs when the block that was added last fails, beside its way. */
  seeTo(path: string, meet: 'join' | 'after', label: 'error' | 'timeout', add: () => void) {
    const main = this.loose;
    this.loose = [{ from: path, label }];
    add();
    this.loose = [...main, ...this.loose];
    this.add(`${path}/${meet}`, 'join');
  }

  done(): Graph {
    this.add('end', 'end');
    return { nodes: this.nodes, edges: this.edges };
  }
}

/** A random flow of sequences and nested blocks of every kind. */
export function randomGraph(seed: number): Graph {
  const next = numbers(seed);
  const builder = new GraphBuilder();
  const triggers = 1 + Math.floor(next() * 3);
  for (let at = 0; at < triggers; at += 1) builder.trigger(`t${at}`);
  let count = 0;
  const block = (path: string, depth: number) => {
    const kind = Math.floor(next() * 6);
    const lane = (name: string, least: number, stops: boolean) => () =>
      sequence(`${path}${name}/`, depth + 1, least, stops);
    if (kind === 0) builder.decide(path, { yes: lane('/then', 0, true), no: lane('/else', 0, true) });
    if (kind === 1) builder.choose(path, [lane('/else', 0, true), lane('/1', 1, true), lane('/2', 1, true)]);
    if (kind === 2) builder.loop(path, 'for_each', lane('[]', 1, false));
    if (kind === 3) builder.loop(path, 'repeat', lane('[]', 1, false));
    if (kind === 4) {
      builder.fork(path, [
        { id: 'a', add: lane('/a', 1, false) },
        { id: 'b', add: lane('/b', 1, false) },
        { id: 'c', needs: next() < 0.5 ? 'a' : undefined, add: lane('/c', 1, false) },
      ]);
    }
    if (kind === 5) {
      builder.add(path, 'wait_for');
      builder.seeTo(path, 'join', 'timeout', lane('/timeout', 1, false));
    } else if (kind >= 2 && next() < 0.3) {
      builder.seeTo(path, 'after', 'error', lane('/error', 1, false));
    }
  };
  const sequence = (prefix: string, depth: number, least: number, stops: boolean) => {
    const steps = least + Math.floor(next() * 4);
    for (let at = 0; at < steps; at += 1) {
      count += 1;
      const path = `${prefix}s${count}`;
      if (depth < 3 && next() < 0.4) {
        block(path, depth);
        if (builder.loose.length === 0) return;
      } else if (stops && next() < 0.15) {
        builder.add(path, 'stop');
        return;
      } else {
        builder.add(path, 'use');
      }
    }
  };
  sequence('', 0, 1, false);
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
