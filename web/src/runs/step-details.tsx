// What a step shows besides input and output: each verb its own.
import { Link } from 'wouter';
import type { Branch, Step } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runPath } from '../routes';
import { LiteralText } from '../ui/literal-text';
import { StatusPill } from '../ui/status';

export function StepDetails({ step }: { step: Step }) {
  return (
    <>
      {step.branches?.length ? <Branches branches={step.branches} /> : null}
      {step.listening ? <Listening listening={step.listening} /> : null}
      {step.child ? <Child run={step.child} /> : null}
    </>
  );
}

function Branches({ branches }: { branches: Branch[] }) {
  const { t } = useI18n();
  return (
    <section className="px-4 pb-3">
      <h3 className="text-sm font-medium">{t.detail.branches}</h3>
      <ul className="mt-1.5 divide-y divide-line rounded-field border border-line">
        {branches.map(({ id, status, error }) => (
          <li key={id} className="flex flex-col gap-1 px-3 py-2">
            <span className="flex items-center justify-between gap-3">
              <span className="min-w-0 truncate font-medium">{id}</span>
              <StatusPill of="step" status={status ?? 'running'} />
            </span>
            {error ? (
              <span className="text-sm text-bad [overflow-wrap:anywhere]">
                <LiteralText text={error.message} />
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Listening({ listening }: { listening: NonNullable<Step['listening']> }) {
  const { t } = useI18n();
  return (
    <p className="px-4 pb-3">
      {t.detail.listening}{' '}
      <code className="rounded bg-sunken px-1 font-mono text-sm [overflow-wrap:anywhere]">
        {listening.event}
      </code>
      {listening.deadline ? null : `, ${t.detail.noEnd}`}
    </p>
  );
}

function Child({ run }: { run: string }) {
  const { t } = useI18n();
  return (
    <p className="px-4 pb-3">
      <Link to={runPath(run)} className="font-medium text-accent underline underline-offset-4">
        {t.detail.seeChild}
      </Link>
    </p>
  );
}
