// The first account: the link's token travels, short passwords are stopped, used links are explained.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ana, answerFrom, show } from '../spec-page';
import { Setup } from './setup';

const nobody = { status: 401, body: { code: 'S001' } };
const needed = { body: { setup: { needed: true, demo: null } } };

async function fill(password: string) {
  await userEvent.type(await screen.findByLabelText('Your name'), 'Ana');
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ana@example.org');
  await userEvent.type(screen.getByLabelText('Password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
}

describe('set-up', () => {
  it('makes the account with the token of the link', async () => {
    const requests = answerFrom({
      'GET /api/v1/session': nobody,
      'GET /api/v1/setup': needed,
      'POST /api/v1/setup': { status: 201, body: { session: ana } },
    });
    const { history } = show(<Setup />, { path: '/setup?token=once' });
    await fill('three blind mice');
    await waitFor(() => expect(history.at(-1)).toBe('/workflows'));
    const sent = JSON.parse(requests.find(({ method }) => method === 'POST')?.body ?? '{}');
    expect(sent).toEqual({
      token: 'once',
      name: 'Ana',
      email: 'ana@example.org',
      password: 'three blind mice',
      language: 'en',
    });
  });

  it('stops a short password before it is sent', async () => {
    const requests = answerFrom({ 'GET /api/v1/session': nobody, 'GET /api/v1/setup': needed });
    show(<Setup />, { path: '/setup?token=once' });
    await fill('too short');
    expect(await screen.findByText('Choose at least 12 characters.')).toBeTruthy();
    expect(requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('explains a link that was used before', async () => {
    answerFrom({
      'GET /api/v1/session': nobody,
      'GET /api/v1/setup': needed,
      'POST /api/v1/setup': { status: 403, body: { code: 'S010' } },
    });
    show(<Setup />, { path: '/setup?token=old' });
    await fill('three blind mice');
    expect((await screen.findByRole('alert')).textContent).toContain('not valid any more');
  });

  it('asks for the link when the address has no token', async () => {
    answerFrom({ 'GET /api/v1/session': nobody, 'GET /api/v1/setup': needed });
    show(<Setup />, { path: '/setup' });
    expect(await screen.findByText(/printed a one-time link/)).toBeTruthy();
  });

  it('sends people to sign-in once somebody has an account', async () => {
    answerFrom({
      'GET /api/v1/session': nobody,
      'GET /api/v1/setup': { body: { setup: { needed: false, demo: null } } },
    });
    show(<Setup />, { path: '/setup?token=old' });
    expect((await screen.findByRole('link', { name: 'Sign in' })).getAttribute('href')).toBe('/login');
  });
});
