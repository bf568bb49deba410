// What the cards read besides their own path: the run's paint, and which card is chosen or focused.
import { createContext, use } from 'react';
import type { GraphNode } from '../api/types';
import type { Paint } from '../graph/paint';

export type CanvasState = {
  nodes: Map<string, GraphNode>;
  paint: Paint;
  /** Place of a card among those that can be opened, from 1. */
  numbers: Map<string, number>;
  selected: string | null;
  /** The one card that is a tab stop. */
  stop: string;
  focus: (path: string) => void;
  open: (path: string) => void;
};

export const CanvasContext = createContext<CanvasState | null>(null);

export function useCanvas(): CanvasState {
  const state = use(CanvasContext);
  if (!state) throw new Error('a card stands only on a canvas');
  return state;
}
