// A run paints its graph with what it did, and with nothing it did not do.
import { describe, expect, it } from 'vitest';
import type { Run, Step } from '../api/types';
import { edgeKey, paint } from './paint';
import { signupGraph } from './sample-graphs';

type Done = Partial<Record<string, Pick<Step, 'status'> & Partial<Step>>>;

function runWith(status: Run['status'], done: Done): Pick<Run, 'trigger' | 'steps' | 'status'> {
  const paths = ['verify', 'check', 'check/then/reject', 'contact', 'welcome'];
  const steps = paths.map((path) => ({
    id: path,
    path,
    verb: 'use',
    attempts: 0,
    failures: [],
    status: 'pending' as const,
    ...done[path],
  }));
  return { trigger: 'signup', status, steps };
}

function taken(run: ReturnType<typeof runWith>): string[] {
  return [...paint(signupGraph(), run).taken];
}

const passed = { status: 'succeeded' } as const;

describe('paint', () => {
  it('takes the else way when the decision says else', () => {
    const run = runWith('succeeded', {
      verify: passed,
      check: { status: 'succeeded', output: { branch: 'else' } },
      'check/then/reject': { status: 'skipped' },
      contact: passed,
      welcome: passed,
    });
    expect(taken(run)).toContain(edgeKey({ from: 'check', to: 'check/join', label: 'else' }));
    expect(taken(run)).not.toContain(edgeKey({ from: 'check', to: 'check/then/reject', label: 'then' }));
    const { states } = paint(signupGraph(), run);
    expect(states.get('check/then/reject')).toBe('untouched');
    expect(states.get('end')).toBe('succeeded');
  });

  it('ends at the stop and leaves the rest untouched', () => {
    const run = runWith('succeeded', {
      verify: passed,
      check: { status: 'succeeded', output: { branch: 'then' } },
      'check/then/reject': passed,
      contact: { status: 'skipped' },
      welcome: { status: 'skipped' },
    });
    const { states } = paint(signupGraph(), run);
    expect(states.get('check/then/reject')).toBe('stopped');
    expect(states.get('check/join')).toBe('untouched');
    expect(states.get('contact')).toBe('untouched');
    expect(states.get('end')).toBe('untouched');
  });

  it('goes no further than the step that retries', () => {
    const run = runWith('running', { verify: { status: 'retrying' } });
    expect(taken(run)).toEqual([edgeKey({ from: 'trigger:signup', to: 'verify', label: null })]);
    expect(paint(signupGraph(), run).states.get('verify')).toBe('retrying');
  });

  it('goes on behind a failed step only when the next one has started', () => {
    const failed = runWith('failed', { verify: { status: 'failed' } });
    expect(taken(failed)).not.toContain(edgeKey({ from: 'verify', to: 'check', label: null }));
    const tolerated = runWith('running', { verify: { status: 'failed' }, check: { status: 'running' } });
    expect(taken(tolerated)).toContain(edgeKey({ from: 'verify', to: 'check', label: null }));
  });

  it('leaves a trigger that did not fire untouched', () => {
    const graph = signupGraph();
    graph.nodes.unshift({
      path: 'trigger:hand',
      id: 'hand',
      name: 'hand',
      kind: 'trigger',
      use: null,
      summary: null,
    });
    graph.edges.unshift({ from: 'trigger:hand', to: 'verify', label: null });
    const { states } = paint(graph, runWith('running', {}));
    expect(states.get('trigger:hand')).toBe('untouched');
    expect(states.get('trigger:signup')).toBe('passed');
  });

  it('takes the skip way of a decision that was skipped', () => {
    const graph = signupGraph();
    graph.edges.push({ from: 'check', to: 'check/join', label: 'skip' });
    const { taken: ways } = paint(
      graph,
      runWith('running', { verify: passed, check: { status: 'skipped' } }),
    );
    expect(ways.has(edgeKey({ from: 'check', to: 'check/join', label: 'skip' }))).toBe(true);
    expect(ways.has(edgeKey({ from: 'check', to: 'check/join', label: 'else' }))).toBe(false);
  });
});
