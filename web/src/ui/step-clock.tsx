// The short line under a step's name: its word, and how long it took or has still to wait.
import type { Step } from '../api/types';
import type { NodeState } from '../graph/paint';
import { useI18n } from '../i18n/i18n';
import { useNow } from '../i18n/use-now';
import { toneOf, toneText } from './status';
import { shownStatus } from './step-look';
import { Took } from './time';

export function StepClock({ state, step }: { state: NodeState; step?: Step }) {
  const { t } = useI18n();
  const status = shownStatus(state);
  return (
    <span className="flex items-center gap-1.5 text-sm text-soft">
      <span className={toneText[toneOf(status)]}>{t.stepStatus[status]}</span>
      {step ? <Span step={step} /> : null}
    </span>
  );
}

function Span({ step }: { step: Step }) {
  if (step.status === 'retrying' || step.status === 'waiting') return <Remaining step={step} />;
  if (!step.started_at || step.status === 'pending' || step.status === 'skipped' || step.status === 'held')
    return null;
  return (
    <>
      <span aria-hidden="true">·</span>
      <Took from={step.started_at} to={step.finished_at} />
    </>
  );
}

function Remaining({ step }: { step: Step }) {
  const { format } = useI18n();
  const now = useNow(1000);
  const at = step.wake_at ?? step.failures.at(-1)?.retry_at;
  if (!at) return null;
  const left = new Date(at).getTime() - now;
  return left > 0 ? (
    <>
      <span aria-hidden="true">·</span>
      <span className="whitespace-nowrap">{format.countdown(left)}</span>
    </>
  ) : null;
}
