// Sign-in says what is wrong, keeps what was typed, and goes back to where the way broke off.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ana, answerFrom, show } from '../spec-page';
import { Login } from './login';

const nobody = { status: 401, body: { code: 'S001' } };
const ready = { body: { setup: { needed: false, demo: null } } };

async function fill(password: string) {
  await userEvent.type(await screen.findByLabelText('E-mail address'), 'ana@example.org');
  await userEvent.type(screen.getByLabelText('Password'), `${password}{Enter}`);
}

describe('sign-in', () => {
  it('tells of a wrong password without telling whether the account exists', async () => {
    answerFrom({
      'GET /api/v1/session': nobody,
      'GET /api/v1/setup': ready,
      'POST /api/v1/session': { status: 401, body: { code: 'S012', detail: 'no' } },
    });
    show(<Login />, { path: '/login' });
    await fill('not the password');
    expect((await screen.findByRole('alert')).textContent).toContain('do not match');
    expect((screen.getByLabelText('E-mail address') as HTMLInputElement).value).toBe('ana@example.org');
  });

  it('says how long a lockout lasts', async () => {
    answerFrom({
      'GET /api/v1/session': nobody,
      'GET /api/v1/setup': ready,
      'POST /api/v1/session': { status: 429, body: { code: 'S008' }, headers: { 'retry-after': '42' } },
    });
    show(<Login />, { path: '/login' });
    await fill('whatever it was');
    expect((await screen.findByRole('alert')).textContent).toContain('42 s');
  });

  it('goes back to the page that asked for a session', async () => {
    answerFrom({
      'GET /api/v1/session': nobody,
      'GET /api/v1/setup': ready,
      'POST /api/v1/session': { status: 201, body: { session: ana } },
    });
    const { history } = show(<Login />, { path: '/login?from=%2Fruns%2F7' });
    await fill('correct horse battery');
    await waitFor(() => expect(history.at(-1)).toBe('/runs/7'));
  });

  it('asks for what is missing and sends nothing', async () => {
    const requests = answerFrom({ 'GET /api/v1/session': nobody, 'GET /api/v1/setup': ready });
    show(<Login />, { path: '/login', language: 'es' });
    await userEvent.click(await screen.findByRole('button', { name: 'Entrar' }));
    expect(screen.getAllByText('Rellena este campo.')).toHaveLength(2);
    expect(requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('shows and hides the password', async () => {
    answerFrom({ 'GET /api/v1/session': nobody, 'GET /api/v1/setup': ready });
    show(<Login />, { path: '/login' });
    const field = (await screen.findByLabelText('Password')) as HTMLInputElement;
    await userEvent.click(screen.getByRole('button', { name: 'Show password' }));
    expect(field.type).toBe('text');
    await userEvent.click(screen.getByRole('button', { name: 'Hide password' }));
    expect(field.type).toBe('password');
  });
});
