// A loop says how far it is and which items failed; the pager goes from one item to the next.
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Run, Step } from '../api/types';
import { answerFrom, show } from '../spec-page';
import { LoopProgress, PassPager } from './loop-progress';

describe('the progress of a loop', () => {
  it('counts items and failures, and leads to the step that failed', async () => {
    answerFrom({});
    const onShow = vi.fn();
    const error = { code: 'E003', message: 'no `price`', step: 'each[1]/price' };
    const passes = { done: 3, failed: 1, total: 4, errors: [{ index: 1, error }] };
    show(<LoopProgress passes={passes} onShow={onShow} />);
    const bar = screen.getByRole('progressbar');
    expect([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemax')]).toEqual(['3', '4']);
    expect(screen.getByText('1 item failed')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: /Show what happened to item 2/ }));
    expect(onShow).toHaveBeenCalledWith(1, 'each[1]/price');
  });

  it('promises no end while nobody knows it', () => {
    answerFrom({});
    show(<LoopProgress passes={{ done: 7, failed: 0, errors: [] }} onShow={vi.fn()} />);
    expect(screen.getByText('7 items done, more to come')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBeNull();
  });
});

describe('the pager of a loop', () => {
  it('goes to the neighbours that are known', async () => {
    answerFrom({});
    const step = (path: string): Step => ({
      id: path,
      path,
      verb: 'use',
      attempts: 1,
      failures: [],
      status: 'succeeded',
    });
    const steps = [step('each[0]/x'), step('each[5]/x'), step('each[9]/x')];
    const run = { id: 'r', steps } as unknown as Run;
    const onChoose = vi.fn();
    show(<PassPager run={run} loop="each" chosen={new Map([['each', 5]])} onChoose={onChoose} />);
    expect(screen.getByText('Item 6')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Item before' }));
    await userEvent.click(screen.getByRole('button', { name: 'Next item' }));
    expect(onChoose.mock.calls).toEqual([
      ['each', 0],
      ['each', 9],
    ]);
  });
});
