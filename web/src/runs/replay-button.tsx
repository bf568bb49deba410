// Doing a run again, whole or from one of its steps: asks first, then goes to the new run.
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useReplayRun } from '../api/steer';
import { useI18n } from '../i18n/i18n';
import { runPath } from '../routes';
import { Button } from '../ui/button';
import { Question } from '../ui/dialog';
import { sentence } from '../ui/notice';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

type Props = {
  run: string;
  /** The step to begin at; the whole run where none is given. */
  from?: { path: string; name: string };
};

export function ReplayButton({ run, from }: Props) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const replay = useReplayRun(run);
  const may = useMay('publisher');
  const confirm = () =>
    replay.mutate(from?.path ?? null, {
      onSuccess: ({ run_id }) => {
        setAsking(false);
        toast({ text: t.run.replayed });
        navigate(runPath(run_id));
      },
    });
  return (
    <>
      <Button size="small" onPress={() => setAsking(true)} refused={may ? null : t.run.needsRole}>
        <RotateCcw size={14} aria-hidden="true" />
        {from ? t.run.replayFrom : t.run.replay}
      </Button>
      <Question
        title={t.run.replayTitle}
        open={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t.run.replayNo}</Button>
            <Button look="primary" onPress={confirm} busy={replay.isPending}>
              {t.run.replayYes}
            </Button>
          </>
        }
      >
        <p>{from ? t.run.replayFromText(from.name) : t.run.replayText}</p>
        {replay.isError ? (
          <p role="alert" className="mt-3 text-bad">
            {t.run.replayFailed}: {sentence(replay.error, t)}
          </p>
        ) : null}
      </Question>
    </>
  );
}
