// The two catalogues say the same things, each in its own language, and nothing is left empty.
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { es } from './es';

type Text = { path: string; text: string };

/** Every sentence of a catalogue; functions are asked with a number and with words. */
function textsOf(value: unknown, path = ''): Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value === 'function')
    return [1, 2].map((n) => ({ path: `${path}(${n})`, text: String(value(n, n + 1, 'x')) }));
  return Object.entries(value as object).flatMap(([key, child]) =>
    textsOf(child, path ? `${path}.${key}` : key),
  );
}

const english = textsOf(en);
const spanish = textsOf(es);

describe('catalogues', () => {
  it('have the same keys', () => {
    expect(spanish.map(({ path }) => path)).toEqual(english.map(({ path }) => path));
  });

  it('have no empty sentence and no stray space', () => {
    for (const { path, text } of [...english, ...spanish]) expect(text, path).toMatch(/^\S(.*\S)?$/s);
  });

  it('do not share a sentence', () => {
    const other = new Map(spanish.map(({ path, text }) => [path, text]));
    const shared = english.filter(({ path, text }) => text.length > 14 && other.get(path) === text);
    expect(shared).toEqual([]);
  });

  it('count with the right word', () => {
    expect(en.workflows.problems(1)).toBe('1 problem');
    expect(en.workflows.problems(2)).toBe('2 problems');
    expect(es.runs.end(1)).toBe('1 ejecución');
    expect(es.runs.end(1234567)).toBe('1.234.567 ejecuciones');
  });

  it('open Spanish questions with the sign that opens them', () => {
    for (const { path, text } of spanish.filter((one) => one.text.includes('?')))
      expect(text, path).toContain('¿');
  });
});
