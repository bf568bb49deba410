// A workflow card: the switch waits for the server, problems open, triggers say how to start.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Workflow } from '../api/types';
import { ana, answerFrom, show } from '../spec-page';
import { curlLine } from './trigger-words';
import { WorkflowCard } from './workflow-card';

const signup: Workflow = {
  id: 'signup',
  name: 'Signup',
  description: null,
  on: false,
  version: 3,
  managed: 'folder',
  triggers: [{ id: 'signup', use: 'webhook@1', hook_url: '/hooks/signup/signup' }],
  problems: [],
  last_run: null,
  open_runs: 0,
  updated_at: '2026-03-01T12:00:00Z',
};

const session = (role: string) => ({ body: { session: { user: { ...ana.user, role } } } });

describe('workflow card', () => {
  it('asks the server and does not show on before it has said so', async () => {
    const requests = answerFrom({
      'GET /api/v1/session': session('publisher'),
      'PATCH /api/v1/workflows/signup': { status: 409, body: { code: 'S005', detail: 'has problems' } },
    });
    show(<WorkflowCard workflow={signup} />);
    const toggle = (await screen.findByRole('switch', { name: 'Signup: on' })) as HTMLInputElement;
    await waitFor(() => expect(toggle.getAttribute('aria-readonly')).not.toBe('true'));
    await userEvent.click(toggle);
    expect((await screen.findByRole('alert')).textContent).toContain('could not be switched');
    expect(toggle.checked).toBe(false);
    expect(requests.find(({ method }) => method === 'PATCH')?.body).toBe('{"on":true}');
  });

  it('lets a viewer look and not switch', async () => {
    const requests = answerFrom({ 'GET /api/v1/session': session('viewer') });
    show(<WorkflowCard workflow={signup} />);
    await userEvent.click(await screen.findByRole('switch'));
    expect(requests.some(({ method }) => method === 'PATCH')).toBe(false);
  });

  it('tells a viewer why there is no run by hand, and starts none', async () => {
    const requests = answerFrom({ 'GET /api/v1/session': session('viewer') });
    show(<WorkflowCard workflow={{ ...signup, triggers: [{ id: 'hand', use: 'manual@1' }] }} />);
    const button = await screen.findByRole('button', { name: 'Run now' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.tab();
    expect((await screen.findByRole('tooltip')).textContent).toContain('editors and above');
    await userEvent.click(button);
    expect(requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('opens the problems with their lines and hints', async () => {
    answerFrom({ 'GET /api/v1/session': session('admin') });
    const span = { line: 14, column: 5, end_line: 14, end_column: 9 };
    const problem = {
      code: 'W012',
      severity: 'error' as const,
      message: 'unknown key `wiat`',
      hint: 'did you mean `wait`?',
      pointer: '/steps/0',
      span,
    };
    show(<WorkflowCard workflow={{ ...signup, problems: [problem] }} />);
    await userEvent.click(screen.getByText('1 problem'));
    expect(screen.getByText('Line 14:')).toBeTruthy();
    expect(screen.getByText('wiat').tagName).toBe('CODE');
    expect(screen.getByRole('link', { name: 'W012' }).getAttribute('href')).toBe('/docs/errors/W012');
  });

  it('starts a run by hand and goes to it', async () => {
    answerFrom({
      'GET /api/v1/session': session('editor'),
      'POST /api/v1/workflows/signup/runs': {
        status: 202,
        body: { event_id: 'e', run_id: 'r-9', outcome: 'run' },
      },
    });
    const manual = { ...signup, triggers: [{ id: 'hand', use: 'manual@1' }] };
    const { history } = show(<WorkflowCard workflow={manual} />);
    const button = await screen.findByRole('button', { name: 'Run now' });
    await waitFor(() => expect(button.getAttribute('aria-disabled')).not.toBe('true'));
    await userEvent.click(button);
    await waitFor(() => expect(history.at(-1)).toBe('/runs/r-9'));
  });

  it('writes a curl line that a shell reads as one body', () => {
    expect(curlLine('http://127.0.0.1:8710/hooks/signup/signup', { name: "O'Neil" })).toBe(
      "curl -X POST http://127.0.0.1:8710/hooks/signup/signup \\\n  -H 'content-type: application/json' \\\n  -d '{\"name\":\"O'\\''Neil\"}'",
    );
  });
});
