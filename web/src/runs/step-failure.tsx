// Why a step did not work: the sentence first, then the hint, then the code with its page.

import type { StepError } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { LiteralText } from '../ui/literal-text';

export function StepFailure({ error, quiet }: { error: StepError; quiet?: boolean }) {
  const { t } = useI18n();
  return (
    <div className={quiet ? '' : 'rounded-card border border-bad/40 bg-bad-soft px-3 py-2.5'}>
      <p className="font-medium text-bad [overflow-wrap:anywhere]">
        <LiteralText text={error.message} />
      </p>
      {error.hint ? (
        <p className="mt-1 text-sm text-ink">
          {t.step.hint}: <LiteralText text={error.hint} />
        </p>
      ) : null}
      {error.code ? (
        <a
          href={`/docs/errors/${encodeURIComponent(error.code)}`}
          target="_blank"
          rel="noreferrer"
          className="mt-1 inline-block text-sm text-ink underline underline-offset-4"
        >
          {t.error.about(error.code)}
        </a>
      ) : null}
    </div>
  );
}
