// Many held runs at once: named ones in one request, a filter page by page.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { anyRun, type RunFilter } from '../api/live-rows';
import { ana, answerFrom, show } from '../spec-page';
import { BulkBar } from './bulk-bar';

const filter: RunFilter = { ...anyRun, statuses: ['held'], workflow: 'signup', step: 'contact', time: 'day' };

async function resume(selected: string[], open: string) {
  const pages = [
    { resumed: 200, skipped: 0, next: 'c-1' },
    { resumed: 3, skipped: 1, next: null },
  ];
  const requests = answerFrom({
    'GET /api/v1/session': { body: { session: ana } },
    'POST /api/v1/runs/resume': () => ({ body: selected.length > 0 ? pages[1] : pages.shift() }),
  });
  const onClear = vi.fn();
  show(<BulkBar filter={filter} selected={new Set(selected)} onClear={onClear} />);
  const button = screen.getByRole('button', { name: open });
  await waitFor(() => expect(button.getAttribute('aria-disabled')).not.toBe('true'));
  await userEvent.click(button);
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog.textContent).toContain('does its held step again');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Resume' }));
  await waitFor(() => expect(onClear).toHaveBeenCalled());
  return requests.filter(({ method }) => method === 'POST').map((one) => JSON.parse(one.body));
}

describe('resuming in bulk', () => {
  it('names the runs that are selected', async () => {
    expect(await resume(['a', 'b'], 'Resume')).toEqual([{ choice: 'again', runs: ['a', 'b'] }]);
  });

  it('goes through all pages of a filter when none is selected', async () => {
    const sent = await resume([], 'Resume all held…');
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatchObject({ choice: 'again', workflow: 'signup', step: 'contact' });
    expect(Date.parse(sent[0].since)).toBeLessThan(Date.now());
    expect(sent[1]).toMatchObject({ cursor: 'c-1' });
  });
});
