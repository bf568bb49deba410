// The run as a list: the accessible and the narrow twin of the graph, same cards, same order.
import { useMemo } from 'react';
import type { Graph, GraphNode, Run } from '../api/types';
import { openable, type Paint } from '../graph/paint';
import { depthsOf } from '../graph/structure';
import { useI18n } from '../i18n/i18n';
import { cx } from '../ui/class-names';
import { KindIcon } from '../ui/kind-icon';
import { StatusIcon } from '../ui/status';
import { StepClock } from '../ui/step-clock';
import { shownStatus } from '../ui/step-look';
import { StepName } from '../ui/step-name';

type Props = {
  run: Run;
  graph?: Graph;
  paint?: Paint;
  selected: string | null;
  onOpen: (path: string) => void;
};

export function Outline({ run, graph, paint, selected, onOpen }: Props) {
  const { t } = useI18n();
  const depths = useMemo(() => (graph ? depthsOf(graph) : new Map<string, number>()), [graph]);
  const nodes = graph ? openable(graph) : run.steps.map(asNode);
  return (
    <ol id="outline" aria-label={t.run.outline} className="flex flex-col p-2">
      {nodes.map((node, at) => (
        <Item
          key={node.path}
          node={node}
          number={at + 1}
          depth={depths.get(node.path) ?? 0}
          run={run}
          paint={paint}
          selected={selected === node.path}
          onOpen={onOpen}
        />
      ))}
    </ol>
  );
}

const verbs = [
  'use',
  'set',
  'if',
  'switch',
  'for_each',
  'repeat',
  'parallel',
  'wait',
  'wait_for',
  'approve',
  'call',
  'stop',
] as const;

/** The outline works without a graph too: every step is known from the run. */
function asNode(step: Run['steps'][number]): GraphNode {
  const kind = verbs.find((verb) => verb === step.verb) ?? 'use';
  return {
    path: step.path,
    id: step.id,
    name: step.name ?? step.id,
    kind,
    use: step.use ?? null,
    summary: null,
  };
}

type ItemProps = {
  node: GraphNode;
  number: number;
  depth: number;
  run: Run;
  paint?: Paint;
  selected: boolean;
  onOpen: (path: string) => void;
};

function Item({ node, number, depth, run, paint, selected, onOpen }: ItemProps) {
  const { t } = useI18n();
  const step = paint?.byPath.get(node.path) ?? run.steps.find((one) => one.path === node.path);
  const state = paint?.states.get(node.path) ?? step?.status ?? 'untouched';
  const status = shownStatus(state);
  const name = node.kind === 'end' ? t.run.end : node.name || node.id;
  const faint = state === 'untouched' || state === 'pending';
  return (
    <li style={{ paddingInlineStart: `${Math.min(depth, 6) * 20}px` }}>
      <button
        type="button"
        data-path={node.path}
        data-state={state}
        aria-current={selected ? 'step' : undefined}
        onClick={() => onOpen(node.path)}
        className={cx(
          'flex min-h-14 w-full items-center gap-3 rounded-field px-3 py-2 text-left hover:bg-sunken',
          selected && 'bg-accent-soft hover:bg-accent-soft',
        )}
      >
        <span className="text-soft">
          <KindIcon kind={node.kind} use={node.use} />
        </span>
        <span className="flex min-w-0 flex-1 flex-col">
          <span className={cx('line-clamp-2 [overflow-wrap:anywhere]', faint ? 'text-soft' : 'font-medium')}>
            <StepName number={number} name={name} />
          </span>
          <span className="hidden truncate text-sm text-soft sm:block">
            {node.summary ?? node.use ?? t.kind[node.kind]}
          </span>
          <span className="sm:hidden">
            <StepClock state={state} step={step} />
          </span>
        </span>
        <span className="hidden shrink-0 sm:block">
          <StepClock state={state} step={step} />
        </span>
        <StatusIcon status={status} size={18} />
      </button>
    </li>
  );
}
