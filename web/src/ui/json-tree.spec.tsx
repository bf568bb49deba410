// The JSON tree folds, counts, cuts and never breaks on odd values.
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { show } from '../spec-page';
import { JsonTree } from './json-tree';

describe('JSON tree', () => {
  it('folds and unfolds a branch by keyboard', async () => {
    show(<JsonTree value={{ mx: ['a.test', 'b.test'] }} label="Output" />);
    const button = screen.getByRole('button', { name: 'Close mx, 2 items' });
    expect(screen.getByText('"a.test"')).toBeTruthy();
    button.focus();
    await userEvent.keyboard('{Enter}');
    expect(screen.queryByText('"a.test"')).toBeNull();
    expect(screen.getByRole('button', { name: 'Open mx, 2 items' }).getAttribute('aria-expanded')).toBe(
      'false',
    );
  });

  it('shows the beginning of a value that was too large', () => {
    show(<JsonTree value={{ $cut: true, bytes: 2_621_440, start: '{"rows":[1,2' }} label="Output" />);
    expect(screen.getByText('Large value, 2.5 MiB: the beginning is shown.')).toBeTruthy();
    expect(screen.getByText('{"rows":[1,2')).toBeTruthy();
  });

  it('leads to the whole of a value that was too large', () => {
    const cut = { $cut: true, bytes: 2_621_440, start: '{' };
    show(<JsonTree value={cut} label="Output" whole="/api/v1/runs/r/payload?of=data" />);
    const link = screen.getByRole('link', { name: 'Save the whole value' });
    expect(link.getAttribute('href')).toBe('/api/v1/runs/r/payload?of=data');
  });

  it('leads to a file that stands in a value, and takes nothing else for one', () => {
    const file = { file: 'ab'.repeat(32), type: 'text/csv', size: 2_621_440, name: 'people.csv' };
    show(<JsonTree value={{ file, odd: { file: 'x', size: 1, name: 'y' } }} label="Output" />);
    const link = screen.getByRole('link', { name: 'Download people.csv, 2.5 MiB' });
    expect(link.getAttribute('href')).toBe(`/api/v1/files/${'ab'.repeat(32)}`);
    expect(screen.getAllByRole('link')).toHaveLength(1);
  });

  it('shows a long list in parts', async () => {
    show(<JsonTree value={Array.from({ length: 130 }, (_, at) => `row ${at}`)} label="Output" />);
    expect(screen.queryByText('"row 120"')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Show 30 more' }));
    expect(screen.getByText('"row 120"')).toBeTruthy();
  });

  it('shows empty, null, boolean and text values as they are', () => {
    show(<JsonTree value={{ a: {}, b: [], c: null, d: false, e: '<b>"x"</b>' }} label="Output" />);
    for (const text of ['{ }', '[ ]', 'null', 'false', '"<b>\\"x\\"</b>"'])
      expect(screen.getByText(text)).toBeTruthy();
  });
});
