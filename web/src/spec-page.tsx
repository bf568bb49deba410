// Puts a component on a page for tests: language, queries, and a server that answers from a table.
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { newQueryClient } from './api/queries';
import { I18nProvider, type Language } from './i18n/i18n';

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> };
export type Asked = { method: string; path: string; body: string };
export type Answers = Record<string, Answer | ((asked: Asked) => Answer)>;

/** Answers `METHOD /path` from `answers`; everything else is a 404. Gives the requests that came. */
export function answerFrom(answers: Answers): Asked[] {
  const requests: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    const asked = { method: request.method, path: pathname, body: await request.text() };
    requests.push(asked);
    const found = answers[`${asked.method} ${pathname}`];
    const {
      status = 200,
      body,
      headers,
    } = (typeof found === 'function' ? found(asked) : found) ?? { status: 404 };
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': type, ...headers },
    });
  });
  return requests;
}

export function show(
  page: ReactNode,
  { language = 'en', path = '/' }: { language?: Language; path?: string } = {},
) {
  const memory = memoryLocation({ path, record: true });
  const shown = render(
    <I18nProvider initial={language}>
      <QueryClientProvider client={newQueryClient()}>
        <Router hook={memory.hook} searchHook={memory.searchHook}>
          {page}
        </Router>
      </QueryClientProvider>
    </I18nProvider>,
  );
  return { ...shown, history: memory.history };
}

export const ana = { user: { name: 'Ana', email: 'ana@example.org', role: 'admin', language: 'en' } };
