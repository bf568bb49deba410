// Many held runs at once: what is selected, how they go on, and how far it is.
import { useState } from 'react';
import type { RunFilter } from '../api/live-rows';
import { type BulkDone, useResumeRuns } from '../api/steer';
import type { ResumeChoice } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { Button } from '../ui/button';
import { Question } from '../ui/dialog';
import { sentence } from '../ui/notice';
import { Select } from '../ui/select';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

type Props = { filter: RunFilter; selected: ReadonlySet<string>; onClear: () => void };

export function BulkBar({ filter, selected, onClear }: Props) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const [choice, setChoice] = useState<ResumeChoice>('again');
  const [progress, setProgress] = useState<BulkDone | null>(null);
  const resume = useResumeRuns(setProgress);
  const may = useMay('publisher');
  const some = selected.size > 0;
  const confirm = () => {
    setProgress({ resumed: 0, skipped: 0 });
    resume.mutate(
      { choice, filter, runs: some ? [...selected] : null },
      {
        onSuccess: ({ resumed, skipped }) => {
          setAsking(false);
          onClear();
          toast({ text: t.bulk.done(resumed, skipped) });
        },
      },
    );
  };
  const choices: { id: ResumeChoice; name: string }[] = [
    { id: 'again', name: t.bulk.again },
    { id: 'skip', name: t.bulk.skip },
    { id: 'happened', name: t.bulk.happened },
  ];
  return (
    <section
      aria-label={t.bulk.title}
      className="mb-4 flex flex-wrap items-center gap-3 rounded-card border border-warn/40 bg-warn-soft px-4 py-2.5"
    >
      <p aria-live="polite" className="font-medium">
        {some ? t.bulk.selected(selected.size) : t.bulk.everything}
      </p>
      <div className="ml-auto flex flex-wrap gap-2">
        {some ? (
          <Button look="quiet" size="small" onPress={onClear}>
            {t.bulk.clear}
          </Button>
        ) : null}
        <Button
          size="small"
          look={some ? 'primary' : 'plain'}
          onPress={() => setAsking(true)}
          refused={may ? null : t.run.needsRole}
        >
          {some ? t.bulk.yes : t.bulk.all}
        </Button>
      </div>
      <Question
        title={t.bulk.title}
        open={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t.bulk.no}</Button>
            <Button look="primary" onPress={confirm} busy={resume.isPending}>
              {t.bulk.yes}
            </Button>
          </>
        }
      >
        <p className="mb-4">{some ? t.bulk.text(selected.size) : t.bulk.textAll}</p>
        <Select
          label={t.bulk.choice}
          choices={choices}
          value={choice}
          onChange={(id) => setChoice(id as ResumeChoice)}
        />
        <p className="mt-2 text-sm">{t.bulk.hint[choice]}</p>
        {resume.isPending && progress ? (
          <p role="status" className="mt-3">
            {t.bulk.working(progress.resumed)}
          </p>
        ) : null}
        {resume.isError ? (
          <p role="alert" className="mt-3 text-bad">
            {t.bulk.failed}: {sentence(resume.error, t)}
          </p>
        ) : null}
      </Question>
    </section>
  );
}
