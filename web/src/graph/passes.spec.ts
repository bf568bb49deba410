// A loop's body stands in the graph once; the pass that is shown is the one in need, or the one chosen.
import { describe, expect, it } from 'vitest';
import type { Step } from '../api/types';
import { inRun, passesAround, passesOf, passShown, planned } from './passes';

function step(path: string, status: Step['status'] = 'succeeded'): Step {
  return { id: path, path, verb: 'use', attempts: 1, failures: [], status };
}

const steps = [
  step('each', 'running'),
  step('each[0]/send'),
  step('each[2]/send', 'failed'),
  step('each[10]/send'),
  step('each[10]/deep'),
  step('each[10]/deep[1]/x'),
];

describe('passes', () => {
  it('know a path of the graph from a path of the run, and the loops around it', () => {
    expect(planned('each[10]/deep[1]/x')).toBe('each[]/deep[]/x');
    expect(passesAround('each[10]/deep[1]/x')).toEqual([
      { loop: 'each', index: 10 },
      { loop: 'each[10]/deep', index: 1 },
    ]);
    expect(passesAround('gate/then/x')).toEqual([]);
  });

  it('are listed by number, not by text', () => {
    expect(passesOf(steps, 'each')).toEqual([0, 2, 10]);
  });

  it('show the one in need first, and the last one when none is', () => {
    expect(passShown(steps, 'each', new Map())).toBe(2);
    expect(passShown([step('each[0]/send'), step('each[1]/send')], 'each', new Map())).toBe(1);
    expect(passShown([], 'each', new Map())).toBeUndefined();
  });

  it('show the chosen one, also inside another loop', () => {
    const chosen = new Map([['each', 10]]);
    expect(inRun('each[]/send', steps, chosen)).toBe('each[10]/send');
    expect(inRun('each[]/deep[]/x', steps, chosen)).toBe('each[10]/deep[1]/x');
    expect(inRun('each[]/send', steps, new Map([['each', 7]]))).toBe('each[2]/send');
    expect(inRun('each[]/send', [], chosen)).toBe('each[]/send');
  });
});
