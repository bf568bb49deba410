// The canvas is a region with one tab stop; arrow keys move, Enter opens.
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { paint } from '../graph/paint';
import { signupGraph } from '../graph/sample-graphs';
import { show } from '../spec-page';
import { Canvas } from './canvas';

beforeAll(() => {
  // React Flow draws nothing before it has been measured.
  Object.defineProperties(HTMLElement.prototype, {
    offsetWidth: { get: () => 800 },
    offsetHeight: { get: () => 600 },
  });
});

function showCanvas(onOpen = vi.fn()) {
  const graph = signupGraph();
  const painted = paint(graph, { trigger: 'signup', status: 'running', steps: [] });
  show(<Canvas graph={graph} paint={painted} selected={null} active={null} onOpen={onOpen} />);
  return onOpen;
}

function cards(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('button[data-path]')];
}

describe('canvas', () => {
  it('is a named region, not an application', () => {
    showCanvas();
    expect(screen.getByRole('region', { name: 'Graph of the run' })).toBeTruthy();
    expect(screen.queryByRole('application')).toBeNull();
  });

  it('has one tab stop among its cards', () => {
    showCanvas();
    expect(cards().filter((card) => card.tabIndex === 0)).toHaveLength(1);
    expect(cards()).toHaveLength(7);
  });

  it('moves with the arrows and opens with Enter', async () => {
    const onOpen = showCanvas();
    cards()[0]?.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect((document.activeElement as HTMLElement).dataset.path).toBe('check');
    await userEvent.keyboard('{Enter}');
    expect(onOpen).toHaveBeenCalledWith('check');
    expect(cards().filter((card) => card.tabIndex === 0)).toHaveLength(1);
  });
});
