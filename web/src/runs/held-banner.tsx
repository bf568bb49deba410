// Why a run is on hold, in plain words, and the ways on. Each held step of several can go on by itself.

import { CirclePause } from 'lucide-react';
import type { Run, Step } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { LiteralText } from '../ui/literal-text';
import { HeldChoices } from './held-choices';

export function HeldBanner({ run }: { run: Run }) {
  const { t } = useI18n();
  const steps = run.steps.filter((one) => one.status === 'held');
  const [only, ...more] = steps;
  const one = only && more.length === 0 ? only : undefined;
  return (
    <section
      aria-labelledby="held-title"
      className="mb-4 flex gap-3 rounded-card border border-warn/40 bg-warn-soft px-4 py-4"
    >
      <CirclePause size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-warn" />
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <h2 id="held-title" className="font-semibold">
          {t.held.title}
          {one ? `: ${one.name || one.id}` : ''}
        </h2>
        {more.length === 0 ? (
          <>
            <Why reason={one?.hold_reason ?? run.hold_reason} message={(one?.error ?? run.error)?.message} />
            <HeldChoices run={run.id} reason={one?.hold_reason ?? run.hold_reason} />
          </>
        ) : (
          <ul className="flex flex-col gap-4">
            {steps.slice(0, mostShown).map((step) => (
              <HeldStep key={step.path} run={run} step={step} />
            ))}
          </ul>
        )}
        {steps.length > mostShown ? <p>{t.held.more(steps.length - mostShown)}</p> : null}
      </div>
    </section>
  );
}

/** A loop can be held at many items; the rest is found in the graph. */
const mostShown = 5;

function HeldStep({ run, step }: { run: Run; step: Step }) {
  return (
    <li className="flex flex-col gap-2 border-t border-warn/30 pt-3 first:border-0 first:pt-0">
      <h3 className="font-medium [overflow-wrap:anywhere]">
        {step.name || step.id} <span className="font-mono text-sm font-normal">{step.path}</span>
      </h3>
      <Why reason={step.hold_reason ?? run.hold_reason} message={step.error?.message} />
      <HeldChoices run={run.id} path={step.path} reason={step.hold_reason ?? run.hold_reason} />
    </li>
  );
}

function Why({ reason, message }: { reason: Run['hold_reason']; message: string | undefined }) {
  const { t } = useI18n();
  return (
    <div>
      <p className="max-w-prose">{t.held.reason[reason ?? 'asked']}</p>
      {message ? (
        <p className="mt-1 [overflow-wrap:anywhere]">
          <LiteralText text={message} />
        </p>
      ) : null}
    </div>
  );
}
