// A line between cards: solid where the run went, dashed where it did not, with the branch's word.
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import type { Route } from '../graph/route';
import { cx } from '../ui/class-names';

export type EdgeData = { route: Route; text: string | null; taken: boolean; error: boolean };

export function RouteEdge({ id, data }: EdgeProps) {
  const { route, text, taken, error } = data as EdgeData;
  const colour = error ? 'var(--bad)' : 'var(--ok)';
  return (
    <>
      <BaseEdge
        id={id}
        path={route.d}
        style={{
          stroke: taken ? colour : 'var(--line-strong)',
          strokeWidth: taken ? 2 : 1.5,
          strokeDasharray: taken ? undefined : '4 5',
          opacity: taken ? 1 : 0.75,
        }}
      />
      {text ? (
        <EdgeLabelRenderer>
          <span
            className={cx(
              'absolute rounded-full border bg-canvas px-2 text-xs leading-5 font-medium',
              taken ? (error ? 'border-bad/50 text-bad' : 'border-ok/50 text-ok') : 'border-line text-soft',
            )}
            style={{ transform: `translate(-50%, -50%) translate(${route.label.x}px, ${route.label.y}px)` }}
          >
            {text}
          </span>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
}
