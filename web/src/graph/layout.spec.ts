// The layout keeps its promises on hundreds of random flows.
import { describe, expect, it } from 'vitest';
import type { Graph } from '../api/types';
import { card, layoutOf, type Placed } from './layout';
import { edgeKey } from './paint';
import { routeOf } from './route';
import { GraphBuilder, randomGraph, signupGraph } from './sample-graphs';
import { depthsOf, structureOf } from './structure';

const seeds = Array.from({ length: 200 }, (_, at) => at + 1);

function overlaps(a: Placed, b: Placed): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function byPath(graph: Graph): Map<string, Placed> {
  return new Map(layoutOf(graph).placed.map((place) => [place.path, place]));
}

describe('layout', () => {
  it('places every node once and lets no two overlap', () => {
    for (const seed of seeds) {
      const graph = randomGraph(seed);
      const { placed } = layoutOf(graph);
      expect(placed.map((place) => place.path).sort(), `seed ${seed}`).toEqual(
        graph.nodes.map(({ path }) => path).sort(),
      );
      const pairs = placed.flatMap((a, at) =>
        placed.slice(at + 1).flatMap((b) => (overlaps(a, b) ? [`${a.path} ${b.path}`] : [])),
      );
      expect(pairs, `seed ${seed}`).toEqual([]);
    }
  });

  it('keeps every node inside the size it reports', () => {
    for (const seed of seeds) {
      const { placed, width, height } = layoutOf(randomGraph(seed));
      for (const place of placed) {
        expect(place.x, `seed ${seed}: ${place.path}`).toBeGreaterThanOrEqual(-0.001);
        expect(place.x + place.width, `seed ${seed}: ${place.path}`).toBeLessThanOrEqual(width + 0.001);
        expect(place.y + place.height, `seed ${seed}: ${place.path}`).toBeLessThanOrEqual(height + 0.001);
      }
    }
  });

  it('puts a join below everything inside its block', () => {
    for (const seed of seeds) {
      const graph = randomGraph(seed);
      const places = byPath(graph);
      for (const { path, kind } of graph.nodes) {
        if (kind !== 'join') continue;
        const block = path.replace(/\/(join|after)$/, '');
        const own = [`${block}/join`, `${block}/after`];
        const inside = graph.nodes.filter(
          (node) =>
            !own.includes(node.path) &&
            (node.path.startsWith(`${block}/`) || node.path.startsWith(`${block}[]/`)),
        );
        const join = places.get(path);
        for (const node of inside) {
          const place = places.get(node.path);
          expect((place?.y ?? 0) + (place?.height ?? 0), `seed ${seed}: ${path}`).toBeLessThan(join?.y ?? 0);
        }
      }
    }
  });

  it('frames the body of a loop: its steps inside, everything else outside', () => {
    let frames = 0;
    for (const seed of seeds) {
      const graph = randomGraph(seed);
      const layout = layoutOf(graph);
      for (const frame of layout.frames) {
        frames += 1;
        for (const place of layout.placed) {
          const inside = place.path.startsWith(`${frame.path}[]/`);
          expect(overlaps(frame, place), `seed ${seed}: ${frame.path} ${place.path}`).toBe(inside);
        }
        expect(frame.x, `seed ${seed}`).toBeGreaterThanOrEqual(-0.001);
        expect(frame.x + frame.width, `seed ${seed}`).toBeLessThanOrEqual(layout.width + 0.001);
      }
    }
    expect(frames).toBeGreaterThan(100);
  });

  it('leaves no step of any kind out of the structure', () => {
    for (const seed of seeds) expect(structureOf(randomGraph(seed)).rest, `seed ${seed}`).toEqual([]);
  });

  it('begins a branch below the branch it needs', () => {
    const builder = new GraphBuilder();
    builder.trigger('t');
    builder.fork('par', [
      { id: 'a', add: () => builder.add('par/a/x', 'use') },
      { id: 'b', add: () => builder.add('par/b/x', 'use') },
      { id: 'c', needs: 'a', add: () => builder.add('par/c/x', 'use') },
    ]);
    const places = byPath(builder.done());
    const [a, b, c] = ['a', 'b', 'c'].map((id) => places.get(`par/${id}/x`));
    expect(a?.y).toBe(b?.y);
    expect(c?.y).toBeGreaterThan((a?.y ?? 0) + card.height);
    expect(places.get('par/join')?.y).toBeGreaterThan((c?.y ?? 0) + card.height);
  });

  it('sets what runs at the very end below the end', () => {
    const builder = new GraphBuilder();
    builder.trigger('t');
    builder.add('work', 'use');
    const graph = builder.done();
    const node = (path: string) => ({
      path,
      id: path,
      name: path,
      kind: 'use' as const,
      use: null,
      summary: null,
    });
    graph.nodes.push(node('on_error/tell'), node('finally/tidy'));
    graph.edges.push(
      { from: 'end', to: 'on_error/tell', label: 'error' },
      { from: 'end', to: 'finally/tidy', label: 'finally' },
    );
    const places = byPath(graph);
    expect(places.get('on_error/tell')?.y).toBeGreaterThan(places.get('end')?.y ?? 0);
    expect(places.get('on_error/tell')?.y).toBe(places.get('finally/tidy')?.y);
  });

  it('sends every edge downwards', () => {
    for (const seed of seeds) {
      const graph = randomGraph(seed);
      const places = byPath(graph);
      for (const edge of graph.edges) {
        expect(places.get(edge.from)?.y, `seed ${seed}: ${edgeKey(edge)}`).toBeLessThan(
          places.get(edge.to)?.y ?? 0,
        );
      }
    }
  });

  it('gives the same picture for the same flow', () => {
    for (const seed of seeds) expect(layoutOf(randomGraph(seed))).toEqual(layoutOf(randomGraph(seed)));
  });

  it('does not move what stands above a step that is added at the end', () => {
    const build = (extra: boolean) => {
      const builder = new GraphBuilder();
      builder.trigger('t');
      builder.add('first', 'use');
      builder.decide('check', { yes: () => builder.add('check/then/a', 'use'), no: () => {} });
      builder.add('last', 'use');
      if (extra) builder.add('added', 'use');
      return byPath(builder.done());
    };
    const before = build(false);
    const after = build(true);
    for (const path of ['trigger:t', 'first', 'check', 'check/then/a', 'check/join', 'last']) {
      expect(after.get(path)).toEqual(before.get(path));
    }
  });

  it('leads the line of an empty branch past the card of the other one', () => {
    const graph = signupGraph();
    const { placed, ways } = layoutOf(graph);
    const places = new Map(placed.map((place) => [place.path, place]));
    const edge = { from: 'check', to: 'check/join', label: 'else' };
    const way = ways.get(edgeKey(edge)) ?? 0;
    const other = places.get('check/then/reject');
    expect(way).toBeGreaterThan((other?.x ?? 0) + card.width);
    const from = places.get('check');
    const to = places.get('check/join');
    if (!from || !to) throw new Error('the signup flow has a decision with a join');
    expect(routeOf(edge, from, to, way).d).toContain(`${way} `);
  });

  it('shows nodes it cannot place in the structure below the others', () => {
    const graph = signupGraph();
    graph.nodes.push({
      path: 'stray',
      id: 'stray',
      name: 'Stray',
      kind: 'use',
      use: null,
      summary: null,
    });
    const places = byPath(graph);
    expect(places.get('stray')?.y).toBeGreaterThan(places.get('end')?.y ?? 0);
  });

  it('sets the steps for a failure beside the step, not in its way', () => {
    const builder = new GraphBuilder();
    builder.trigger('t');
    builder.add('call', 'use');
    builder.loose = [{ from: 'call', label: 'error' }];
    builder.add('tell', 'use');
    builder.loose.push({ from: 'call', label: null });
    builder.add('call/join', 'join');
    const places = byPath(builder.done());
    const tell = places.get('tell');
    expect(tell?.x).toBeGreaterThan((places.get('call')?.x ?? 0) + card.width);
    expect((tell?.y ?? 0) + card.height).toBeLessThan(places.get('call/join')?.y ?? 0);
  });

  it('knows how deep a step stands inside branches', () => {
    const depths = depthsOf(signupGraph());
    expect(depths.get('verify')).toBe(0);
    expect(depths.get('check/then/reject')).toBe(1);
    expect(depths.get('welcome')).toBe(0);
  });
});
