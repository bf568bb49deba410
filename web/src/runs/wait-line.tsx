// What a step waits for, as a countdown: the next attempt, or the moment it goes on.
import type { Step } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { useNow } from '../i18n/use-now';

export function WaitLine({ step }: { step: Step }) {
  const { t, format } = useI18n();
  const counts = step.status === 'retrying' || step.status === 'waiting';
  const now = useNow(1000, counts);
  const at = step.wake_at ?? step.failures.at(-1)?.retry_at;
  if (!counts || !at) return null;
  const left = new Date(at).getTime() - now;
  if (step.status === 'waiting') {
    return (
      <span className="text-wait" title={format.absolute(at)}>
        {t.step.until(format.moment(at))}
        {left > 0 ? ` · ${t.step.goesOn(format.countdown(left))}` : ''}
      </span>
    );
  }
  return (
    <span className="text-warn" title={format.absolute(at)}>
      {left > 0 ? t.step.next(format.countdown(left)) : t.step.nextNow}
    </span>
  );
}
