// A run paints loops, forks, choices and waits with what it did.
import { describe, expect, it } from 'vitest';
import type { Run, Step } from '../api/types';
import { edgeKey, paint } from './paint';
import { GraphBuilder } from './sample-graphs';

function step(path: string, status: Step['status'], more: Partial<Step> = {}): Step {
  return { id: path, path, verb: 'use', attempts: 1, failures: [], status, ...more };
}

function build(add: (builder: GraphBuilder) => void) {
  const builder = new GraphBuilder();
  builder.trigger('t');
  add(builder);
  builder.add('after', 'use');
  return builder.done();
}

function taken(graph: ReturnType<typeof build>, steps: Step[], chosen?: Map<string, number>) {
  const run: Pick<Run, 'trigger' | 'steps' | 'status'> = { trigger: 't', status: 'running', steps };
  const painted = paint(graph, run, chosen);
  const went = (from: string, to: string, label: string | null = null) =>
    painted.taken.has(edgeKey({ from, to, label }));
  return { ...painted, went };
}

const loop = build((builder) => builder.loop('each', 'for_each', () => builder.add('each[]/send', 'use')));

describe('paint of a loop', () => {
  it('shows one pass in the body, and does not leave the loop before it is over', () => {
    const steps = [
      step('each', 'running'),
      step('each[0]/send', 'succeeded'),
      step('each[1]/send', 'failed'),
    ];
    const first = taken(loop, steps, new Map([['each', 0]]));
    expect(first.went('each', 'each[]/send', 'each')).toBe(true);
    expect(first.states.get('each[]/send')).toBe('succeeded');
    expect(first.states.get('each/join')).toBe('untouched');
    expect(taken(loop, steps).states.get('each[]/send')).toBe('failed');
    const over = [step('each', 'succeeded', { output: { count: 2 } }), ...steps.slice(1, 2)];
    const { went, states } = taken(loop, over);
    expect(went('each[]/send', 'each/join', 'again')).toBe(true);
    expect(states.get('each/join')).toBe('passed');
  });

  it('goes on behind the loop although the pass that is shown failed', () => {
    const over = [step('each', 'succeeded', { output: { count: 1 } }), step('each[0]/send', 'failed')];
    const { went, states } = taken(loop, over);
    expect(states.get('each/join')).toBe('passed');
    expect(went('each/join', 'after')).toBe(true);
  });

  it('goes past the body when there were no items', () => {
    const { went } = taken(loop, [step('each', 'succeeded', { output: { count: 0 } })]);
    expect(went('each', 'each/join', 'empty')).toBe(true);
    expect(went('each', 'each[]/send', 'each')).toBe(false);
  });
});

describe('paint of a choice', () => {
  const graph = build((builder) =>
    builder.choose('sw', [() => {}, () => builder.add('sw/1/a', 'use'), () => builder.add('sw/2/b', 'use')]),
  );

  it('takes the case that fitted, and otherwise the last way', () => {
    const second = taken(graph, [
      step('sw', 'succeeded', { output: { case: '2' } }),
      step('sw/2/b', 'running'),
    ]);
    expect(second.went('sw', 'sw/2/b', '2')).toBe(true);
    expect(second.went('sw', 'sw/1/a', '1')).toBe(false);
    const none = taken(graph, [step('sw', 'succeeded', { output: { case: null } })]);
    expect(none.went('sw', 'sw/join', 'else')).toBe(true);
  });
});

describe('paint of a fork', () => {
  const graph = build((builder) =>
    builder.fork('par', [
      { id: 'a', add: () => builder.add('par/a/x', 'use') },
      { id: 'b', add: () => builder.add('par/b/x', 'use') },
    ]),
  );

  it('takes every branch that has begun and meets only when the fork is over', () => {
    const steps = [step('par', 'running'), step('par/a/x', 'succeeded'), step('par/b/x', 'running')];
    const { went, states } = taken(graph, steps);
    expect(went('par', 'par/a/x', 'a') && went('par', 'par/b/x', 'b')).toBe(true);
    expect(went('par/a/x', 'par/join')).toBe(false);
    expect(states.get('after')).toBe('untouched');
  });
});

describe('paint of a wait for an event', () => {
  const graph = build((builder) => {
    builder.add('w', 'wait_for');
    builder.seeTo('w', 'join', 'timeout', () => builder.add('w/timeout/remind', 'use'));
  });

  it('takes the way of the time-out, or the main one', () => {
    const late = taken(graph, [step('w', 'succeeded', { output: { timed_out: true } })]);
    expect([late.went('w', 'w/timeout/remind', 'timeout'), late.went('w', 'w/join')]).toEqual([true, false]);
    const came = taken(graph, [step('w', 'succeeded', { output: { timed_out: false } })]);
    expect([came.went('w', 'w/timeout/remind', 'timeout'), came.went('w', 'w/join')]).toEqual([false, true]);
  });
});
