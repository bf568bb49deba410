// Why a run is on hold, in plain words, and the ways on.

import { CirclePause } from 'lucide-react';
import { useResumeRun } from '../api/queries';
import type { ResumeChoice, Run } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { Button } from '../ui/button';
import { LiteralText } from '../ui/literal-text';
import { sentence } from '../ui/notice';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

export function HeldBanner({ run }: { run: Run }) {
  const { t } = useI18n();
  const resume = useResumeRun(run.id);
  const may = useMay('publisher');
  const step = run.steps.find((one) => one.status === 'held');
  const choose = (choice: ResumeChoice) =>
    resume.mutate(choice, { onSuccess: () => toast({ text: t.held.resumed }) });
  const choices: [ResumeChoice, string, string][] = [['again', t.held.again, t.held.againHint]];
  if (run.hold_reason === 'in_doubt') choices.push(['happened', t.held.happened, t.held.happenedHint]);
  choices.push(['skip', t.held.skip, t.held.skipHint]);
  return (
    <section
      aria-labelledby="held-title"
      className="mb-4 flex gap-3 rounded-card border border-warn/40 bg-warn-soft px-4 py-4"
    >
      <CirclePause size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-warn" />
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div>
          <h2 id="held-title" className="font-semibold">
            {t.held.title}
            {step ? `: ${step.name || step.id}` : ''}
          </h2>
          <p className="mt-1 max-w-prose">{t.held.reason[run.hold_reason ?? 'asked']}</p>
          {step?.error ? (
            <p className="mt-1 [overflow-wrap:anywhere]">
              <LiteralText text={step.error.message} />
            </p>
          ) : null}
        </div>
        <div className="flex flex-wrap gap-x-4 gap-y-2">
          {choices.map(([choice, name, hint], at) => (
            <div key={choice} className="flex items-center gap-2">
              <Button
                size="small"
                look={at === 0 && run.hold_reason !== 'in_doubt' ? 'primary' : 'plain'}
                onPress={() => choose(choice)}
                busy={resume.isPending && resume.variables === choice}
                refused={may ? null : t.run.needsRole}
              >
                {name}
              </Button>
              <span className="text-sm">{hint}</span>
            </div>
          ))}
        </div>
        {resume.isError ? (
          <p role="alert" className="text-bad">
            {t.held.failed}: {sentence(resume.error, t)}
          </p>
        ) : null}
      </div>
    </section>
  );
}
