// The filter bar: a step belongs to a workflow, a span of time to the clock or to two days.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { anyRun, type RunFilter } from '../api/live-rows';
import type { Language } from '../i18n/i18n';
import { answerFrom, show } from '../spec-page';
import { RunFilters } from './run-filters';

const node = (id: string, kind: string, name?: string) => ({ id, kind, name, path: `gate/then/${id}` });
const graph = {
  edges: [],
  nodes: [node('signup', 'trigger'), node('contact', 'use', 'Add the contact'), node('end', 'end')],
};

type Seen = { filter: RunFilter };

function filters(start: Partial<RunFilter>, language: Language = 'en') {
  answerFrom({
    'GET /api/v1/workflows': { body: { workflows: [{ id: 'signup', name: 'Sign-up', version: 3 }] } },
    'GET /api/v1/workflows/signup/versions/3/graph': { body: { graph } },
  });
  const seen: Seen = { filter: { ...anyRun, ...start } };
  show(<Bar seen={seen} />, { language });
  return seen;
}

function Bar({ seen }: { seen: Seen }) {
  const [filter, setFilter] = useState(seen.filter);
  seen.filter = filter;
  return <RunFilters filter={filter} onChange={setFilter} onClear={null} />;
}

async function choose(list: RegExp, option: string) {
  await userEvent.click(screen.getByRole('button', { name: list }));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('the filters of the run list', () => {
  it('offer the steps of the workflow that is chosen, and forget the step with it', async () => {
    const seen = filters({});
    expect(screen.queryByRole('button', { name: /Stopped at/ })).toBeNull();
    await waitFor(() => choose(/Workflow/, 'Sign-up'));
    await waitFor(() => choose(/Stopped at/, 'Add the contact'));
    expect(seen.filter).toMatchObject({ workflow: 'signup', step: 'contact' });
    await choose(/Workflow/, 'All workflows');
    expect(seen.filter).toMatchObject({ workflow: '', step: '' });
  });

  it('take a span of time, and days of their own', async () => {
    const seen = filters({});
    await choose(/Time/, 'Last 7 days');
    expect(seen.filter.time).toBe('week');
    expect(screen.queryByLabelText('From')).toBeNull();
    await choose(/Time/, 'Own range');
    await userEvent.type(screen.getByLabelText('From'), '2026-03-01');
    await userEvent.type(screen.getByLabelText('To'), '2026-03-31');
    expect(seen.filter).toMatchObject({ time: 'own', from: '2026-03-01', to: '2026-03-31' });
    await choose(/Time/, 'Any time');
    expect(seen.filter.time).toBe('');
  });

  it('speak Spanish', async () => {
    const seen = filters({ time: 'own' }, 'es');
    expect(screen.getByLabelText('Desde')).toBeTruthy();
    await choose(/Tiempo/, 'Últimas 24 horas');
    expect(seen.filter.time).toBe('day');
  });
});
