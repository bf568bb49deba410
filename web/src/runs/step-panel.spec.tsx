// The parts of a run page: outline by keyboard, attempts with their countdown, holds with their ways on.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { HoldReason, Run, Step } from '../api/types';
import { paint } from '../graph/paint';
import { signupGraph } from '../graph/sample-graphs';
import { ana, answerFrom, show } from '../spec-page';
import { Attempts } from './attempts';
import { HeldBanner } from './held-banner';
import { Outline } from './outline';
import { stepToShow } from './use-run-page';

const verify: Step = {
  id: 'verify',
  path: 'verify',
  verb: 'use',
  status: 'succeeded',
  attempts: 1,
  failures: [],
};

function runOf(status: Run['status'], steps: Step[], more: Partial<Run> = {}): Run {
  const base = { id: 'r-1', workflow: 'signup', version: 1, trigger: 'signup', event_id: 'e', data: {} };
  return { ...base, started_at: '2026-03-01T12:00:00Z', status, steps, ...more };
}

describe('outline', () => {
  it('names every step with its number and state, and opens it with Enter', async () => {
    answerFrom({});
    const graph = signupGraph();
    const run = runOf('running', [verify]);
    const open = vi.fn();
    show(<Outline run={run} graph={graph} paint={paint(graph, run)} selected={null} onOpen={open} />);
    const step = screen.getByRole('button', { name: /^Step 2, verify ?,.*Succeeded/ });
    step.focus();
    await userEvent.keyboard('{Enter}');
    expect(open).toHaveBeenCalledWith('verify');
    expect(screen.getAllByRole('listitem')).toHaveLength(7);
  });

  it('works without a graph', () => {
    answerFrom({});
    show(<Outline run={runOf('running', [verify])} selected="verify" onOpen={vi.fn()} />, { language: 'es' });
    expect(
      screen.getByRole('button', { name: /^Paso 1, verify ?,.*Correcto/ }).getAttribute('aria-current'),
    ).toBe('step');
  });
});

describe('attempts', () => {
  it('lists every failure and counts down to the next attempt', () => {
    const soon = new Date(Date.now() + 8000).toISOString();
    const failure = (attempt: number) => ({
      attempt,
      at: '2026-03-01T12:00:01Z',
      error: { code: 'A012', message: 'the server answered `503`', hint: 'try later' },
      retry_at: soon,
    });
    const step: Step = {
      ...verify,
      status: 'retrying',
      attempts: 2,
      failures: [failure(1), failure(2)],
      wake_at: soon,
    };
    show(<Attempts step={step} />);
    expect(screen.getByText('Attempt 2')).toBeTruthy();
    expect(screen.getAllByText('503')).toHaveLength(2);
    expect(screen.getByText(/^Next attempt in [78] s$/)).toBeTruthy();
    expect(screen.getAllByRole('link', { name: 'About A012' })).toHaveLength(2);
  });
});

describe('hold', () => {
  const held = (hold_reason: HoldReason) =>
    runOf('held', [{ ...verify, status: 'held', error: { code: 'A031', message: 'no answer' } }], {
      hold_reason,
    });

  it('offers "it happened" only when nobody knows', () => {
    answerFrom({ 'GET /api/v1/session': { body: { session: ana } } });
    const first = show(<HeldBanner run={held('exhausted')} />);
    expect(screen.queryByRole('button', { name: 'It happened' })).toBeNull();
    first.unmount();
    show(<HeldBanner run={held('in_doubt')} />);
    expect(screen.getByRole('button', { name: 'It happened' })).toBeTruthy();
  });

  it('sends the choice', async () => {
    const requests = answerFrom({
      'GET /api/v1/session': { body: { session: ana } },
      'POST /api/v1/runs/r-1/resume': { status: 202 },
    });
    show(<HeldBanner run={held('in_doubt')} />);
    const button = screen.getByRole('button', { name: 'It happened' });
    await waitFor(() => expect(button.getAttribute('aria-disabled')).not.toBe('true'));
    await userEvent.click(button);
    await waitFor(() =>
      expect(requests.find(({ method }) => method === 'POST')?.body).toBe('{"choice":"happened"}'),
    );
  });
});

describe('the step to show first', () => {
  it('is the one in need, then the one at work, then the last one done', () => {
    const failed: Step = { ...verify, path: 'contact', id: 'contact', status: 'failed' };
    const running: Step = { ...verify, path: 'contact', id: 'contact', status: 'running' };
    expect(stepToShow(runOf('failed', [verify, failed]))).toBe('contact');
    expect(stepToShow(runOf('running', [verify, running]))).toBe('contact');
    expect(stepToShow(runOf('succeeded', [verify]))).toBe('verify');
    expect(stepToShow(runOf('queued', [{ ...verify, status: 'pending' }]))).toBe('trigger:signup');
  });
});
