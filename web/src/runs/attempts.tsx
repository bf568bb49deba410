// Every attempt of a step: when it began, how it ended, when the next one comes.
import type { Step } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { type AnyStatus, StatusIcon } from '../ui/status';
import { StepFailure } from './step-failure';
import { WaitLine } from './wait-line';

export function Attempts({ step }: { step: Step }) {
  const { t, format } = useI18n();
  const last = lastAttempt(step);
  if (step.failures.length === 0 && !last) return <p className="text-soft">{t.step.noAttempts}</p>;
  return (
    <ol className="flex flex-col gap-4">
      {step.failures.map((failure) => (
        <li key={failure.attempt} className="flex gap-3">
          <StatusIcon status="failed" size={18} />
          <div className="min-w-0 flex-1">
            <Line
              name={t.step.attempt(failure.attempt)}
              at={format.clock(failure.at)}
              title={format.absolute(failure.at)}
            />
            <StepFailure error={failure.error} quiet />
          </div>
        </li>
      ))}
      {last ? (
        <li className="flex gap-3">
          <StatusIcon status={last} size={18} />
          <div className="min-w-0 flex-1">
            <Line
              name={t.step.attempt(
                Math.max(step.attempts, step.failures.length + (last === 'succeeded' ? 1 : 0), 1),
              )}
              at={step.finished_at ? format.clock(step.finished_at) : ''}
              title={step.finished_at ? format.absolute(step.finished_at) : ''}
            />
            <p className="text-soft">{last === 'succeeded' ? t.step.ok : t.step.working}</p>
          </div>
        </li>
      ) : null}
      {step.status === 'retrying' ? (
        <li className="flex gap-3">
          <StatusIcon status="retrying" size={18} />
          <WaitLine step={step} />
        </li>
      ) : null}
    </ol>
  );
}

/** The attempt that is not among the failures: the one that worked, or the one at work. */
function lastAttempt(step: Step): AnyStatus | null {
  if (step.status === 'succeeded') return 'succeeded';
  return step.status === 'running' ? 'running' : null;
}

function Line({ name, at, title }: { name: string; at: string; title: string }) {
  return (
    <p className="flex items-baseline justify-between gap-3">
      <span className="font-medium">{name}</span>
      <span className="text-sm text-soft" title={title}>
        {at}
      </span>
    </p>
  );
}
