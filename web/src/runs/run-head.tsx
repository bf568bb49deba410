// The head of a run: its state, what it belongs to, when and how long, and the way to cancel it.

import { ArrowLeft, CircleX, OctagonX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { isOver, useWorkflowName } from '../api/queries';
import { useCancelRun } from '../api/steer';
import type { Run } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runPath, runsPath } from '../routes';
import { Button } from '../ui/button';
import { CopyIconButton } from '../ui/copy';
import { Question } from '../ui/dialog';
import { LiteralText } from '../ui/literal-text';
import { LiveDot } from '../ui/live-dot';
import { sentence } from '../ui/notice';
import { usePageTitle } from '../ui/page';
import { StatusPill } from '../ui/status';
import { MomentExplained, Took } from '../ui/time';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';
import { ReplayButton } from './replay-button';
import { runStatus } from './run-status';

export function RunHead({ run, live }: { run: Run; live: boolean }) {
  const { t } = useI18n();
  const name = useWorkflowName(run.workflow);
  const heading = usePageTitle(t.runs.open(name));
  const over = isOver(run.status);
  return (
    <header data-run-status={runStatus(run)} className="mb-4 flex flex-col gap-3">
      <Link
        to={runsPath()}
        className="inline-flex items-center gap-1.5 self-start text-sm text-soft hover:text-ink"
      >
        <ArrowLeft size={14} aria-hidden="true" />
        {t.run.toRuns}
      </Link>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold [overflow-wrap:anywhere]">
          {name}
        </h1>
        <StatusPill status={runStatus(run)} large />
        {over ? null : <LiveDot state={live ? 'live' : 'lost'} />}
        <div className="ml-auto">
          {over ? <ReplayButton run={run.id} /> : <CancelButton id={run.id} ending={run.ending != null} />}
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-soft">
        <Fact name={t.run.started}>
          <MomentExplained at={run.started_at} />
        </Fact>
        <Fact name={over ? t.run.duration : t.run.durationSoFar}>
          <Took from={run.started_at} to={run.finished_at} />
        </Fact>
        <Fact name={t.run.trigger}>
          {run.trigger} · {t.run.version(run.version)}
        </Fact>
        <Fact name={t.run.id}>
          <span className="inline-flex items-center gap-1">
            <code className="font-mono text-sm [overflow-wrap:anywhere]">{run.id}</code>
            <CopyIconButton text={run.id} label={t.run.copyId} />
          </span>
        </Fact>
        {run.replay_of ? (
          <Fact name={t.run.replayOf}>
            <RunLink id={run.replay_of} />
          </Fact>
        ) : null}
        {run.parent ? (
          <Fact name={t.run.parent}>
            <RunLink id={run.parent.run} />
          </Fact>
        ) : null}
      </dl>
      {run.ending && !over ? (
        <Line tone="border-line bg-surface text-ink" icon={<OctagonX size={18} aria-hidden="true" />}>
          {t.run.ending(t.status[run.ending as Run['status']] ?? run.ending)}
        </Line>
      ) : null}
      <Verdict run={run} />
    </header>
  );
}

function RunLink({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <Link
      to={runPath(id)}
      aria-label={`${t.run.openRun} ${id}`}
      className="font-mono text-sm text-accent underline underline-offset-4"
    >
      …{id.slice(-12)}
    </Link>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-sm">{name}</dt>
      <dd className="text-ink">{children}</dd>
    </div>
  );
}

/** Why a run stopped early or failed, in one line. */
function Verdict({ run }: { run: Run }) {
  const { t } = useI18n();
  if (run.status === 'failed' && run.error) {
    const step = run.steps.find((one) => one.path === run.error?.step || one.id === run.error?.step);
    return (
      <Line tone="border-bad/40 bg-bad-soft text-bad" icon={<CircleX size={18} aria-hidden="true" />}>
        <strong>{run.error.step ? t.run.failedAt(step?.name ?? run.error.step) : t.status.failed}</strong>:{' '}
        <LiteralText text={run.error.message} />
      </Line>
    );
  }
  if (!run.reason) return null;
  return (
    <Line tone="border-line bg-surface text-ink" icon={<OctagonX size={18} aria-hidden="true" />}>
      <strong>{t.run.stopped}</strong>: <LiteralText text={run.reason} />
    </Line>
  );
}

function Line({ tone, icon, children }: { tone: string; icon: ReactNode; children: ReactNode }) {
  return (
    <div className={`flex items-start gap-2.5 rounded-card border px-4 py-3 ${tone}`}>
      <span className="mt-px shrink-0">{icon}</span>
      <p className="min-w-0 [overflow-wrap:anywhere]">{children}</p>
    </div>
  );
}

/** Ends a run; asked again while the steps that tidy up are at work, it ends at once. */
function CancelButton({ id, ending }: { id: string; ending: boolean }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const cancel = useCancelRun(id);
  const may = useMay('publisher');
  const confirm = () =>
    cancel.mutate(undefined, {
      onSuccess: () => {
        setAsking(false);
        toast({ text: t.run.cancelling });
      },
    });
  return (
    <>
      <Button
        look="danger"
        size="small"
        onPress={() => setAsking(true)}
        refused={may ? null : t.run.needsRole}
      >
        {ending ? t.run.cancelAgain : t.run.cancel}
      </Button>
      <Question
        title={ending ? t.run.cancelAgainTitle : t.run.cancelTitle}
        open={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t.run.cancelNo}</Button>
            <Button look="danger" onPress={confirm} busy={cancel.isPending}>
              {t.run.cancelYes}
            </Button>
          </>
        }
      >
        <p>{ending ? t.run.cancelAgainText : t.run.cancelText}</p>
        {cancel.isError ? (
          <p role="alert" className="mt-3 text-bad">
            {t.run.cancelFailed}: {sentence(cancel.error, t)}
          </p>
        ) : null}
      </Question>
    </>
  );
}
