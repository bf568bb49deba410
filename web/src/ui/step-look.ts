// How the state of a node is shown: which status word, and what frame its card has.
import type { NodeState } from '../graph/paint';
import { type AnyStatus, toneOf } from './status';

/** The status word of a node state; a node the run merely passed counts as done. */
export function shownStatus(state: NodeState): AnyStatus {
  if (state === 'passed') return 'succeeded';
  return state === 'untouched' ? 'pending' : state;
}

const frames = {
  ok: 'border-ok/45',
  bad: 'border-bad/70',
  busy: 'border-busy/70',
  warn: 'border-warn/70',
  wait: 'border-wait/60',
  idle: 'border-line-strong/60',
};

export function frameOf(state: NodeState): string {
  if (state === 'untouched' || state === 'pending') return 'border-dashed border-line-strong/70';
  return frames[toneOf(shownStatus(state))];
}

export function isAtWork(state: NodeState): boolean {
  return state === 'running' || state === 'retrying' || state === 'waiting' || state === 'held';
}
