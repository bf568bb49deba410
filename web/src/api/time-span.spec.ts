// A span of time begins and ends where whoever looks expects it.
import { describe, expect, it } from 'vitest';
import { boundsOf, isWithin, readDay } from './time-span';

const now = new Date(2026, 2, 31, 15, 30).getTime();
const none = { from: '', to: '' };

describe('a span of time', () => {
  it('begins today at midnight', () => {
    const { since, until } = boundsOf({ time: 'today', ...none }, now);
    expect(new Date(since ?? '')).toEqual(new Date(2026, 2, 31));
    expect(until).toBeUndefined();
  });

  it('goes back 24 hours or 7 days from now', () => {
    expect(boundsOf({ time: 'day', ...none }, now).since).toBe(new Date(now - 86_400_000).toISOString());
    expect(boundsOf({ time: 'week', ...none }, now).since).toBe(new Date(now - 604_800_000).toISOString());
  });

  it('of chosen days has both of them whole', () => {
    const { since, until } = boundsOf({ time: 'own', from: '2026-02-27', to: '2026-02-28' }, now);
    expect(new Date(since ?? '')).toEqual(new Date(2026, 1, 27));
    expect(new Date(until ?? '')).toEqual(new Date(2026, 2, 1));
    expect(boundsOf({ time: 'own', ...none }, now)).toEqual({});
  });

  it('is everything where none is chosen', () => {
    expect(boundsOf({ time: '', from: '2026-01-01', to: '' }, now)).toEqual({});
  });

  it('takes no day that is none', () => {
    for (const text of ['2026-02-30', '2026-13-01', 'yesterday', '2026-2-3', '', null]) {
      expect(readDay(text)).toBe('');
    }
    expect(readDay('2024-02-29')).toBe('2024-02-29');
  });

  it('holds its beginning and not its end', () => {
    const bounds = { since: '2026-03-01T00:00:00.000Z', until: '2026-03-02T00:00:00.000Z' };
    expect(isWithin(bounds, '2026-03-01T00:00:00.000000Z')).toBe(true);
    expect(isWithin(bounds, '2026-03-02T00:00:00.000000Z')).toBe(false);
    expect(isWithin({}, '2026-03-02T00:00:00.000000Z')).toBe(true);
  });
});
