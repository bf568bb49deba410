// An approval: the form that is asked, the answer as it is sent, and who may give it.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Ask } from '../api/types';
import { en } from '../i18n/en';
import { ana, answerFrom, show } from '../spec-page';
import { ApprovalForm, read } from './approval-form';

const ask: Ask = {
  to: ['sales@example.com'],
  form: [
    { name: 'percent', label: 'How much?', type: 'number', required: true },
    { name: 'why', type: 'text', required: false },
    { name: 'urgent', label: 'Send today', type: 'boolean', required: false },
  ],
};

async function shown(role = 'editor', status = 202, body?: unknown) {
  const requests = answerFrom({
    'GET /api/v1/session': { body: { session: { user: { ...ana.user, role } } } },
    'POST /api/v1/runs/r-1/decide': { status, body },
  });
  show(<ApprovalForm run="r-1" path="each[3]/discount" ask={ask} />);
  const approve = screen.getByRole('button', { name: 'Approve' });
  if (role !== 'viewer') await waitFor(() => expect(approve.getAttribute('aria-disabled')).not.toBe('true'));
  const sent = () => requests.filter(({ method }) => method === 'POST').map((one) => JSON.parse(one.body));
  return { approve, sent };
}

describe('an approval', () => {
  it('sends what was filled in, by type', async () => {
    const { approve, sent } = await shown();
    await userEvent.type(screen.getByLabelText(/How much/), '12,5');
    await userEvent.click(screen.getByRole('checkbox', { name: 'Send today' }));
    await userEvent.click(approve);
    const form = { percent: 12.5, urgent: true };
    await waitFor(() => expect(sent()).toEqual([{ path: 'each[3]/discount', approved: true, form }]));
  });

  it('asks for what is missing and sends nothing, yet lets one reject', async () => {
    const { approve, sent } = await shown();
    await userEvent.click(approve);
    expect(screen.getByText('Fill in this field.')).toBeTruthy();
    expect(sent()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(sent()[0]).toMatchObject({ approved: false, form: { urgent: false } }));
  });

  it('says when somebody else was faster', async () => {
    const { approve } = await shown('editor', 409, { code: 'S018', status: 409 });
    await userEvent.type(screen.getByLabelText(/How much/), '10');
    await userEvent.click(approve);
    expect((await screen.findByRole('alert')).textContent).toContain('Somebody has answered already');
  });

  it('lets a viewer look and not answer', async () => {
    const { approve, sent } = await shown('viewer');
    expect(approve.getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(approve);
    expect(sent()).toEqual([]);
  });

  it('takes no text for a number', () => {
    const { faults } = read(ask.form, { percent: 'ten' }, true, en.ask);
    expect(faults).toEqual({ percent: 'Enter a number.' });
  });
});
