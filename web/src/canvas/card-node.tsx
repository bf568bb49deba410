// A card: one real button that names the step, its state and how long it took.
import { Handle, type NodeProps, Position } from '@xyflow/react';
import type { Step } from '../api/types';
import type { NodeState } from '../graph/paint';
import { useI18n } from '../i18n/i18n';
import { cx } from '../ui/class-names';
import { KindIcon } from '../ui/kind-icon';
import { StatusIcon } from '../ui/status';
import { StepClock } from '../ui/step-clock';
import { frameOf, isAtWork, shownStatus } from '../ui/step-look';
import { StepName } from '../ui/step-name';
import { useCanvas } from './canvas-context';

/** Ends of edges: the lines are drawn from the layout, so the handles are only formal. */
function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className="!invisible" />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className="!invisible" />
    </>
  );
}

/** Under the name: how far a loop is, what is waited for, else the state and its time. */
function CardLine({ state, step }: { state: NodeState; step?: Step }) {
  const { t } = useI18n();
  const passes = step?.passes;
  const word = passes
    ? t.loop.short(passes.done, passes.total ?? null)
    : state === 'waiting'
      ? step?.listening?.event
      : undefined;
  // A count or a name says more than the time, and there is room for one of them.
  if (!word) return <StepClock state={state} step={step} />;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <StepClock state={state} />
      <span className="min-w-0 truncate text-sm text-soft">· {word}</span>
    </span>
  );
}

export function CardNode({ id }: NodeProps) {
  const { nodes, paint, numbers, selected, stop, focus, open } = useCanvas();
  const { t } = useI18n();
  const node = nodes.get(id);
  if (!node) return null;
  const state = paint.states.get(id) ?? 'untouched';
  const status = shownStatus(state);
  const name = node.name || node.id;
  const faint = state === 'untouched' || state === 'pending';
  // Says what it is instead of how it went.
  const quiet = faint || node.kind === 'trigger';
  return (
    <>
      <Ends />
      <button
        type="button"
        data-path={id}
        data-state={state}
        tabIndex={stop === id ? 0 : -1}
        aria-current={selected === id ? 'step' : undefined}
        onFocus={() => focus(id)}
        onClick={() => open(id)}
        className={cx(
          'nodrag nopan pointer-events-auto flex h-[72px] w-[280px] items-center gap-3 rounded-card border bg-surface px-3 text-left transition-[box-shadow,border-color] duration-150 hover:shadow-pop',
          faint ? 'text-soft' : 'text-ink shadow-card',
          selected === id ? 'border-accent ring-2 ring-accent' : frameOf(state),
          isAtWork(state) && selected !== id && 'ring-2 ring-current/10',
        )}
      >
        <span
          className={cx(
            'grid size-10 shrink-0 place-items-center rounded-field',
            node.kind === 'trigger' ? 'bg-accent-soft text-accent' : 'bg-sunken text-soft',
          )}
        >
          <KindIcon kind={node.kind} use={node.use} />
        </span>
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="line-clamp-2 leading-[1.3] font-medium [overflow-wrap:anywhere]">
            <StepName
              number={numbers.get(id) ?? 0}
              name={name}
              state={quiet ? t.stepStatus[status] : undefined}
            />
          </span>
          <span className="min-w-0 truncate">
            {quiet ? (
              <span className="text-sm text-soft">{node.summary ?? node.use ?? t.kind[node.kind]}</span>
            ) : (
              <CardLine state={state} step={paint.byPath.get(id)} />
            )}
          </span>
        </span>
        {faint ? null : <StatusIcon status={status} size={20} />}
      </button>
    </>
  );
}

/** The frame around the body of a loop: what stands in it is done once a pass. */
export function FrameNode() {
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none block size-full rounded-card border border-dashed border-line-strong/60 bg-sunken/40"
    />
  );
}

export function JoinNode({ id }: NodeProps) {
  const { paint } = useCanvas();
  const passed = paint.states.get(id) === 'passed';
  return (
    <>
      <Ends />
      <span
        aria-hidden="true"
        className={cx(
          'block size-4 rounded-full border-2 bg-canvas',
          passed ? 'border-ok bg-ok-soft' : 'border-dashed border-line-strong',
        )}
      />
    </>
  );
}

export function EndNode({ id }: NodeProps) {
  const { paint, numbers, selected, stop, focus, open } = useCanvas();
  const { t } = useI18n();
  const state = paint.states.get(id) ?? 'untouched';
  return (
    <>
      <Ends />
      <button
        type="button"
        data-path={id}
        data-state={state}
        tabIndex={stop === id ? 0 : -1}
        aria-current={selected === id ? 'step' : undefined}
        onFocus={() => focus(id)}
        onClick={() => open(id)}
        className={cx(
          'nodrag nopan pointer-events-auto flex h-8 w-[88px] items-center justify-center gap-1.5 rounded-full border bg-surface text-sm font-medium',
          state === 'succeeded' ? 'border-ok/45 text-ok' : 'border-dashed border-line-strong/70 text-soft',
          selected === id && 'ring-2 ring-accent',
        )}
      >
        <KindIcon kind="end" size={14} />
        <StepName number={numbers.get(id) ?? 0} name={t.run.end} state={t.stepStatus[shownStatus(state)]} />
      </button>
    </>
  );
}
