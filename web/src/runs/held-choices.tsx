// The ways on from a held step: again, as if it had happened, or without it.
import { useResumeRun } from '../api/steer';
import type { HoldReason, ResumeChoice } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { Button } from '../ui/button';
import { sentence } from '../ui/notice';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

type Props = {
  run: string;
  /** Which held step; all of them where none is named. */
  path?: string;
  reason: HoldReason | null | undefined;
};

export function HeldChoices({ run, path, reason }: Props) {
  const { t } = useI18n();
  const resume = useResumeRun(run);
  const may = useMay('publisher');
  const choose = (choice: ResumeChoice) =>
    resume.mutate(path === undefined ? { choice } : { choice, path }, {
      onSuccess: () => toast({ text: t.held.resumed }),
    });
  const choices: [ResumeChoice, string, string][] = [['again', t.held.again, t.held.againHint]];
  if (reason === 'in_doubt') choices.push(['happened', t.held.happened, t.held.happenedHint]);
  choices.push(['skip', t.held.skip, t.held.skipHint]);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        {choices.map(([choice, name, hint], at) => (
          <div key={choice} className="flex items-center gap-2">
            <Button
              size="small"
              look={at === 0 && reason !== 'in_doubt' ? 'primary' : 'plain'}
              onPress={() => choose(choice)}
              busy={resume.isPending && resume.variables.choice === choice}
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
  );
}
