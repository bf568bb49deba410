// One workflow: name and switch on top, then its triggers, its last run and its problems.
import { FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Workflow } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runPath, runsPath } from '../routes';
import { StatusPill } from '../ui/status';
import { Moment } from '../ui/time';
import { OnSwitch } from './on-switch';
import { ProblemList } from './problem-list';
import { TriggerRow } from './trigger-row';

export function WorkflowCard({ workflow }: { workflow: Workflow }) {
  const { t } = useI18n();
  const name = workflow.name || workflow.id;
  return (
    <li
      data-workflow={workflow.id}
      className="overflow-hidden rounded-card border border-line bg-surface shadow-card"
      aria-label={name}
    >
      <div className="flex items-start justify-between gap-4 px-5 pt-5">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">
            <Link
              to={runsPath({ workflow: workflow.id })}
              className="rounded hover:underline hover:underline-offset-4"
            >
              {name}
            </Link>
          </h2>
          {workflow.description ? <p className="mt-0.5 max-w-3xl text-soft">{workflow.description}</p> : null}
        </div>
        <OnSwitch workflow={workflow} />
      </div>
      <ul aria-label={t.workflows.triggers} className="mt-4 flex flex-col gap-2 px-5">
        {workflow.triggers.map((trigger) => (
          <TriggerRow key={trigger.id} workflow={workflow} trigger={trigger} />
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap items-center gap-x-6 gap-y-2 border-t border-line px-5 py-3 text-sm text-soft">
        <LastRun workflow={workflow} />
        {workflow.open_runs > 0 ? (
          <>
            <Link
              to={runsPath({ workflow: workflow.id, statuses: ['queued', 'running', 'waiting', 'held'] })}
              className="rounded text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
            >
              {t.workflows.open(workflow.open_runs)}
            </Link>
            <Link
              to={runsPath({ workflow: workflow.id, statuses: ['held'] })}
              className="rounded underline decoration-line-strong underline-offset-4 hover:decoration-ink"
            >
              {t.workflows.heldRuns}
            </Link>
          </>
        ) : null}
        <span className="ml-auto inline-flex items-center gap-1.5">
          {workflow.managed === 'folder' ? (
            <Note text={t.workflows.folder}>
              <FolderOpen size={14} aria-hidden="true" />
              {`${workflow.id}.yaml`}
            </Note>
          ) : (
            <span>{t.workflows.server}</span>
          )}
          <span aria-hidden="true">·</span>
          {t.workflows.version(workflow.version)}
        </span>
      </div>
      {workflow.problems.length > 0 ? <ProblemList problems={workflow.problems} /> : null}
    </li>
  );
}

function Note({ text, children }: { text: string; children: ReactNode }) {
  return (
    <span title={text} className="inline-flex items-center gap-1.5">
      {children}
      <span className="sr-only">({text})</span>
    </span>
  );
}

function LastRun({ workflow }: { workflow: Workflow }) {
  const { t } = useI18n();
  const last = workflow.last_run;
  if (!last) return <span>{t.workflows.noRuns}</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      {t.workflows.lastRun}
      <Link
        to={runPath(last.id)}
        className="inline-flex items-center gap-2 rounded-full hover:underline hover:underline-offset-4"
      >
        <StatusPill status={last.status} />
        <Moment at={last.started_at} />
      </Link>
    </span>
  );
}
