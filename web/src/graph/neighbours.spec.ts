// Arrow keys reach every card and never leave the graph.
import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout';
import { neighbour } from './neighbours';
import { GraphBuilder } from './sample-graphs';

const builder = new GraphBuilder();
builder.trigger('t');
builder.decide('check', {
  yes: () => builder.add('check/then/a', 'use'),
  no: () => builder.add('check/else/b', 'use'),
});
const places = layoutOf(builder.done()).placed.filter(({ path }) => !path.endsWith('/join'));

describe('neighbours', () => {
  it('walks down through all cards in order and stops at the last', () => {
    const seen = ['trigger:t'];
    for (let step = 0; step < 10; step += 1) seen.push(neighbour(places, seen.at(-1) ?? '', 'ArrowDown'));
    expect([...new Set(seen)]).toEqual(['trigger:t', 'check', 'check/then/a', 'check/else/b', 'end']);
  });

  it('goes to the other lane and back', () => {
    expect(neighbour(places, 'check/then/a', 'ArrowRight')).toBe('check/else/b');
    expect(neighbour(places, 'check/else/b', 'ArrowLeft')).toBe('check/then/a');
  });

  it('jumps to the first and the last card', () => {
    expect(neighbour(places, 'check', 'Home')).toBe('trigger:t');
    expect(neighbour(places, 'check', 'End')).toBe('end');
  });

  it('starts at the first card when the focused one is gone', () => {
    expect(neighbour(places, 'vanished', 'ArrowDown')).toBe('trigger:t');
  });
});
