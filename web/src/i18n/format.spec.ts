// Times and sizes read the way people write them.
import { describe, expect, it } from 'vitest';
import { countdown, duration, makeFormat } from './format';

describe('format', () => {
  it('writes a duration in its two largest units', () => {
    const cases: [number, string][] = [
      [0, '0 ms'],
      [240, '240 ms'],
      [1250, '1.2 s'],
      [12_000, '12 s'],
      [72_000, '1 m 12 s'],
      [3_600_000, '1 h'],
      [3 * 86_400_000 + 4 * 3_600_000 + 59_000, '3 d 4 h'],
      [-5, '0 ms'],
    ];
    for (const [ms, text] of cases) expect(duration(ms)).toBe(text);
  });

  it('counts down in whole seconds and never below one', () => {
    expect([8200, 8000, 30, 61_000].map(countdown)).toEqual(['9 s', '8 s', '1 s', '1 m 1 s']);
  });

  it('uses the comma of the language', () => {
    expect(makeFormat('es').duration(1250)).toBe('1,2 s');
    expect(makeFormat('en').duration(1250)).toBe('1.2 s');
    expect(makeFormat('es').bytes(2560)).toBe('2,5 KiB');
  });

  it('says how long ago something was', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const at = (ms: number) => new Date(now - ms).toISOString();
    const { relative } = makeFormat('en');
    expect(relative(at(2000), now)).toBe('now');
    expect(relative(at(21_000), now)).toBe('20 seconds ago');
    expect(relative(at(180_000), now)).toBe('3 minutes ago');
    expect(relative(at(-7_200_000), now)).toBe('in 2 hours');
    expect(makeFormat('es').relative(at(86_400_000), now)).toBe('ayer');
  });
});
