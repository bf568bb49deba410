// Which card the arrow keys reach from a card.
import type { Placed } from './layout';

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

export function isArrow(key: string): key is Arrow {
  return ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key);
}

/** The path to focus next: up and down in order, left and right to the nearest card of another lane. */
export function neighbour(places: Placed[], from: string, key: Arrow): string {
  const at = places.findIndex((place) => place.path === from);
  const here = places[at];
  if (!here) return places[0]?.path ?? from;
  if (key === 'Home') return places[0]?.path ?? from;
  if (key === 'End') return places.at(-1)?.path ?? from;
  if (key === 'ArrowDown') return places[at + 1]?.path ?? from;
  if (key === 'ArrowUp') return places[at - 1]?.path ?? from;
  return beside(places, here, key === 'ArrowRight' ? 1 : -1)?.path ?? from;
}

function beside(places: Placed[], here: Placed, way: 1 | -1): Placed | undefined {
  const x = here.x + here.width / 2;
  const aside = places.filter((place) => (place.x + place.width / 2 - x) * way > here.width / 2);
  const far = (place: Placed) => Math.abs(place.y - here.y) * 4 + Math.abs(place.x + place.width / 2 - x);
  return aside.sort((a, b) => far(a) - far(b))[0];
}
