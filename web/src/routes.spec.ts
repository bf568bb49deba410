// Addresses: a filter survives the way into the address and back; sign-in never leads elsewhere.
import { describe, expect, it } from 'vitest';
import { loginPath, readFilter, returnPath, runsPath } from './routes';

describe('routes', () => {
  it('keep a filter through the address', () => {
    const filter = {
      statuses: ['running', 'held'] as const,
      workflow: 'signup',
      step: 'contact',
      time: 'own' as const,
      from: '2026-03-01',
      to: '2026-03-31',
      q: 'ana+x@example.org & co',
      asks: true,
    };
    const path = runsPath({ ...filter, statuses: [...filter.statuses] });
    expect(readFilter(path.slice(path.indexOf('?')))).toEqual(filter);
  });

  it('ignore statuses that do not exist', () => {
    expect(readFilter('?status=running,elsewhere').statuses).toEqual(['running']);
  });

  it('keep a step with its workflow only, and days only where they count', () => {
    expect(runsPath({ step: 'contact' })).toBe('/runs');
    expect(readFilter('?step=contact').step).toBe('');
    expect(runsPath({ time: 'week', from: '2026-03-01' })).toBe('/runs?time=week');
    expect(readFilter('?time=own&from=2026-02-30&to=x')).toMatchObject({ time: 'own', from: '', to: '' });
    expect(readFilter('?time=never').time).toBe('');
  });

  it('return after sign-in to a page of this app only', () => {
    expect(returnPath('?from=%2Fruns%3Fstatus%3Dheld')).toBe('/runs?status=held');
    for (const from of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '',
      'javascript:alert(1)',
    ]) {
      expect(returnPath(`?from=${encodeURIComponent(from)}`)).toBe('/workflows');
    }
  });

  it('carry the way back to sign-in', () => {
    expect(loginPath('/runs/1')).toBe('/login?from=%2Fruns%2F1');
    expect(loginPath('/')).toBe('/login');
  });
});
