// Keeps the card at work in view until a person moves the view.
import { useNodesInitialized, useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import type { Placed } from '../graph/layout';

export function useFollow(
  active: string | null,
  places: Map<string, Placed>,
  pane: RefObject<HTMLElement | null>,
) {
  const flow = useReactFlow();
  const [following, setFollowing] = useState(true);
  // Before, the view would be fitted again over what is shown here.
  const ready = useNodesInitialized();

  useEffect(() => {
    const place = active ? places.get(active) : undefined;
    const box = pane.current?.getBoundingClientRect();
    if (!ready || !following || !place || !box) return;
    const { x, y, zoom } = flow.getViewport();
    const top = place.y * zoom + y;
    const left = place.x * zoom + x;
    const inside =
      top > 16 &&
      left > 0 &&
      top + place.height * zoom < box.height - 16 &&
      left + place.width * zoom < box.width;
    if (inside) return;
    void flow.setCenter(place.x + place.width / 2, place.y + place.height / 2, { zoom, duration: 180 });
  }, [ready, active, following, places, pane, flow]);

  const follow = useCallback(() => setFollowing(true), []);
  const release = useCallback(() => setFollowing(false), []);
  return { following, follow, release };
}
