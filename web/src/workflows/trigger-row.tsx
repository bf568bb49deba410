// One trigger: what starts the workflow, its address or next time, and a way to start it now.
import { CalendarClock, Play, Radio, Webhook, Zap } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useStartRun } from '../api/queries';
import type { TriggerSummary, Workflow } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runPath } from '../routes';
import { Button } from '../ui/button';
import { CopyButton, CopyIconButton } from '../ui/copy';
import { sentence } from '../ui/notice';
import { MomentExplained } from '../ui/time';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';
import { sampleBody } from './sample-bodies';
import { SendEvent } from './send-event';
import { curlLine, hookAddress, kindOf, outcomeWord, wordFor } from './trigger-words';

const icons = { webhook: Webhook, schedule: CalendarClock, manual: Play, event: Radio, other: Zap };

export function TriggerRow({ workflow, trigger }: { workflow: Workflow; trigger: TriggerSummary }) {
  const { t } = useI18n();
  const kind = kindOf(trigger);
  const Icon = icons[kind];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <span className="inline-flex items-center gap-2">
        <Icon size={16} aria-hidden="true" className="text-accent" />
        {wordFor(trigger, t)}
      </span>
      {trigger.hook_url ? <Hook url={trigger.hook_url} workflow={workflow.id} /> : null}
      {kind === 'schedule' ? (
        <span className="text-soft">
          {trigger.next_at ? (
            <>
              {t.workflows.next} <MomentExplained at={trigger.next_at} />
            </>
          ) : (
            t.workflows.notPlanned
          )}
        </span>
      ) : null}
      {kind === 'event' && trigger.event ? <SendEvent name={trigger.event} /> : null}
      {kind === 'manual' ? <RunNow workflow={workflow} trigger={trigger} /> : null}
    </li>
  );
}

function Hook({ url, workflow }: { url: string; workflow: string }) {
  const { t } = useI18n();
  const [body] = useState(() => sampleBody(workflow));
  const address = hookAddress(url);
  return (
    <>
      <span className="flex max-w-full min-w-0 items-center gap-1 rounded-field bg-sunken pl-2">
        <code className="truncate font-mono text-[0.8125rem] text-soft">{address}</code>
        <CopyIconButton text={address} label={t.workflows.copyHook} />
      </span>
      <CopyButton text={curlLine(url, body)} label={t.workflows.copyCurl} />
    </>
  );
}

function RunNow({ workflow, trigger }: { workflow: Workflow; trigger: TriggerSummary }) {
  const { t } = useI18n();
  const start = useStartRun();
  const may = useMay('editor');
  const [, navigate] = useLocation();
  const run = () =>
    start.mutate(
      { id: workflow.id, trigger: trigger.id, data: {} },
      {
        onSuccess: ({ run_id, outcome }) => {
          toast({ text: outcomeWord(outcome, t) });
          if (run_id) navigate(runPath(run_id));
        },
      },
    );
  return (
    <>
      <Button
        size="small"
        onPress={run}
        busy={start.isPending}
        refused={may ? null : t.workflows.runNeedsRole}
      >
        <Play size={14} aria-hidden="true" />
        {t.workflows.runNow}
      </Button>
      {start.isError ? (
        <span role="alert" className="text-sm text-bad">
          {t.workflows.startFailed}: {sentence(start.error, t)}
        </span>
      ) : null}
    </>
  );
}
