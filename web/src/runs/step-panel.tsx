// One step beside the graph: what went in, what came out, and every attempt.
import { type KeyboardEvent, type Ref, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { isOver } from '../api/queries';
import type { GraphNode, Run, Step } from '../api/types';
import { openable } from '../graph/paint';
import { passesAround, planned } from '../graph/passes';
import type { Catalogue } from '../i18n/en';
import { useI18n } from '../i18n/i18n';
import { JsonTree } from '../ui/json-tree';
import { KindIcon } from '../ui/kind-icon';
import { LiteralText } from '../ui/literal-text';
import { StatusPill } from '../ui/status';
import { shownStatus } from '../ui/step-look';
import { tabLook } from '../ui/tab-look';
import { Took } from '../ui/time';
import { ApprovalForm } from './approval-form';
import { Attempts } from './attempts';
import { HeldChoices } from './held-choices';
import { LoopProgress, PassPager } from './loop-progress';
import { ReplayButton } from './replay-button';
import { StepDetails } from './step-details';
import { StepFailure } from './step-failure';
import type { RunPage } from './use-run-page';
import { WaitLine } from './wait-line';

type Props = { run: Run; page: RunPage; onLeave: () => void; ref: Ref<HTMLElement> };

export function StepPanel({ run, page, onLeave, ref }: Props) {
  const { t } = useI18n();
  const { selected, graph } = page;
  const nodes = graph ? openable(graph) : [];
  const at = nodes.findIndex((node) => node.path === selected);
  const node = nodes[at];
  const step = selected ? page.stepAt(selected) : undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onLeave();
  };
  const name = node?.kind === 'end' ? t.run.end : node?.name || step?.name || step?.id || node?.id || '';
  return (
    <aside
      ref={ref}
      aria-label={name}
      onKeyDown={onKeyDown}
      className="flex min-w-0 scroll-mt-20 flex-col rounded-card border border-line bg-surface shadow-card min-[1000px]:sticky min-[1000px]:top-18 min-[1000px]:max-h-[calc(100dvh-5.5rem)] min-[1000px]:overflow-y-auto"
    >
      <header className="flex items-start gap-3 px-4 pt-4 pb-3">
        {node ? (
          <span className="grid size-10 shrink-0 place-items-center rounded-field bg-sunken text-soft">
            <KindIcon kind={node.kind} use={node.use} />
          </span>
        ) : null}
        <div className="min-w-0 flex-1">
          <h2 tabIndex={-1} className="font-semibold [overflow-wrap:anywhere]">
            {name}
          </h2>
          <p className="truncate text-sm text-soft">{about(node, step, t.kind)}</p>
        </div>
        {step ? (
          <StatusPill of="step" status={shownStatus(page.paint?.states.get(selected ?? '') ?? step.status)} />
        ) : null}
      </header>
      {step ? (
        <>
          {passesAround(step.path).map(({ loop }) => (
            <PassPager key={loop} run={run} loop={loop} chosen={page.passes} onChoose={page.choosePass} />
          ))}
          <StepBody key={step.path} run={run} step={step} page={page} />
        </>
      ) : (
        <Outside run={run} node={node} />
      )}
    </aside>
  );
}

function about(
  node: GraphNode | undefined,
  step: Step | undefined,
  kinds: Record<GraphNode['kind'], string>,
): string {
  const what = node?.use ?? step?.use;
  if (what) return what;
  return node ? kinds[node.kind] : (step?.verb ?? '');
}

/** What stands for a node that is no step: the trigger's event, or the flow's outputs. */
function Outside({ run, node }: { run: Run; node?: GraphNode }) {
  const { t } = useI18n();
  if (node?.kind === 'end') {
    return (
      <div className="flex flex-col gap-3 px-4 pb-4">
        <p className="text-soft">{run.outputs == null ? t.step.noOutputs : t.step.outputs}</p>
        {run.outputs == null ? null : (
          <JsonTree value={run.outputs} label={t.step.outputs} whole={whole(run, 'outputs')} />
        )}
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3 px-4 pb-4">
      <p className="text-soft">{t.step.triggerHas}</p>
      <JsonTree value={run.data} label={t.step.payload} whole={whole(run, 'data')} />
    </div>
  );
}

function StepBody({ run, step, page }: { run: Run; step: Step; page: RunPage }) {
  const { t } = useI18n();
  const [part, setPart] = useState<string | null>(null);
  return (
    <>
      {step.started_at ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pb-2 text-sm text-soft">
          <span>
            {step.finished_at ? t.run.duration : t.run.durationSoFar}{' '}
            <Took from={step.started_at} to={step.finished_at} />
          </span>
          <WaitLine step={step} />
        </p>
      ) : null}
      {step.postponed ? (
        <p className="px-4 pb-3 text-sm text-warn [overflow-wrap:anywhere]">
          {t.detail.postponed}: <LiteralText text={step.postponed} />
        </p>
      ) : null}
      {step.passes ? (
        <LoopProgress
          passes={step.passes}
          onShow={(index, failed) => {
            page.choosePass(step.path, index);
            if (failed) page.open(planned(failed));
          }}
        />
      ) : null}
      <StepDetails step={step} />
      {step.ask && !isOver(run.status) ? <ApprovalForm run={run.id} path={step.path} ask={step.ask} /> : null}
      {step.status === 'held' && isHeldElsewhereToo(run) ? (
        <div className="px-4 pb-3">
          <HeldChoices run={run.id} path={step.path} reason={step.hold_reason ?? run.hold_reason} />
        </div>
      ) : null}
      {mayBegin(run, step) ? (
        <div className="px-4 pb-3">
          <ReplayButton run={run.id} from={{ path: step.path, name: step.name || step.id }} />
        </div>
      ) : null}
      {step.error && step.status !== 'retrying' ? (
        <div className="px-4 pb-3">
          <StepFailure error={step.error} />
        </div>
      ) : null}
      <Tabs selectedKey={part ?? partOfInterest(step)} onSelectionChange={(key) => setPart(String(key))}>
        <TabList aria-label={t.step.parts} className="flex gap-1 border-b border-line px-2">
          <Tab id="input" className={tabLook}>
            {t.step.input}
          </Tab>
          <Tab id="output" className={tabLook}>
            {t.step.output}
          </Tab>
          <Tab id="attempts" className={tabLook}>
            {t.step.attempts}
            {step.attempts > 1 ? <span className="ml-1.5 text-sm text-soft">{step.attempts}</span> : null}
          </Tab>
        </TabList>
        <TabPanel id="input" className="p-4">
          <Payload
            value={step.input}
            label={t.step.input}
            whole={whole(run, 'input', step)}
            none={step.started_at ? t.step.noInputEver : t.step.noInput}
          />
        </TabPanel>
        <TabPanel id="output" className="p-4">
          <Payload
            value={step.output}
            label={t.step.output}
            whole={whole(run, 'output', step)}
            none={noOutput(step, t.step)}
          />
        </TabPanel>
        <TabPanel id="attempts" className="p-4">
          <Attempts step={step} />
        </TabPanel>
      </Tabs>
    </>
  );
}

/** Of one held step the banner above says it all. */
function isHeldElsewhereToo(run: Run): boolean {
  return run.steps.filter((step) => step.status === 'held').length > 1;
}

/** Whether a run can be done again from here: the run came here, and the step has one place in it. */
function mayBegin(run: Run, step: Step): boolean {
  const { path, status } = step;
  const atTheEnd = path.startsWith('on_error/') || path.startsWith('finally/');
  return (
    isOver(run.status) && status !== 'skipped' && status !== 'pending' && !path.includes('[') && !atTheEnd
  );
}

function noOutput(step: Step, words: Catalogue['step']): string {
  if (step.status === 'skipped') return words.noOutputSkipped;
  if (step.status === 'failed') return words.noOutputFailed;
  return step.finished_at ? words.noOutputEver : words.noOutput;
}

/** Where a payload comes from in full. */
function whole(run: Run, of: string, step?: Step): string {
  const asked = new URLSearchParams(step ? { of, step: step.path } : { of });
  return `/api/v1/runs/${run.id}/payload?${asked}`;
}

type PayloadProps = { value: unknown; label: string; none: string; whole: string };

function Payload({ value, label, none, whole }: PayloadProps) {
  if (value === null || value === undefined) return <p className="text-soft">{none}</p>;
  return <JsonTree value={value} label={label} whole={whole} />;
}

/** The part to look at before anybody has chosen one: what went wrong, or what came out. */
function partOfInterest(step: Step): string {
  return ['retrying', 'held', 'failed'].includes(step.status) ? 'attempts' : 'output';
}
