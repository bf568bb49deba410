// The filter bar of the run list: statuses to tick, one workflow and its steps, a time, and an exact search.
import { Search, UserRoundCheck, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { RunFilter } from '../api/live-rows';
import { useGraph, useWorkflows } from '../api/queries';
import { type TimeFilter, timeSpans } from '../api/time-span';
import { useI18n } from '../i18n/i18n';
import { runStatuses } from '../routes';
import { Button } from '../ui/button';
import { inputLook } from '../ui/field';
import { Select } from '../ui/select';
import { StatusIcon } from '../ui/status';

const chip =
  'inline-flex h-8 items-center gap-1.5 rounded-full border border-line-strong/60 bg-surface px-3 text-sm text-ink hover:border-line-strong selected:border-accent selected:bg-accent-soft selected:font-medium';

type Props = { filter: RunFilter; onChange: (filter: RunFilter) => void; onClear: (() => void) | null };

export function RunFilters({ filter, onChange, onClear }: Props) {
  const { t } = useI18n();
  const workflows = useWorkflows(true);
  const known = workflows.data?.map(({ id, name }) => ({ id, name: name || id })) ?? [];
  const missing = filter.workflow && !known.some(({ id }) => id === filter.workflow);
  const choices = [
    { id: '', name: t.runs.anyWorkflow },
    ...known,
    ...(missing ? [{ id: filter.workflow, name: filter.workflow }] : []),
  ];
  return (
    <section aria-label={t.runs.filters} className="mb-4 flex flex-col gap-3">
      <div className="flex flex-wrap gap-3">
        <RunSearch q={filter.q} onSearch={(q) => onChange({ ...filter, q })} />
        <Select
          label={t.runs.workflow}
          hideLabel
          choices={choices.map((choice) => ({ ...choice, id: choice.id || all }))}
          value={filter.workflow || all}
          onChange={(id) => onChange({ ...filter, workflow: id === all ? '' : id, step: '' })}
          className="w-full sm:w-56"
        />
        {filter.workflow ? (
          <StepChoice
            workflow={filter.workflow}
            version={workflows.data?.find(({ id }) => id === filter.workflow)?.version}
            step={filter.step}
            onChange={(step) => onChange({ ...filter, step })}
          />
        ) : null}
        <TimeChoice filter={filter} onChange={(time) => onChange({ ...filter, ...time })} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <ToggleButtonGroup
          aria-label={t.runs.status}
          selectionMode="multiple"
          selectedKeys={filter.statuses}
          onSelectionChange={(chosen) =>
            onChange({ ...filter, statuses: runStatuses.filter((status) => chosen.has(status)) })
          }
          className="flex flex-wrap gap-2"
        >
          {runStatuses.map((status) => (
            <ToggleButton key={status} id={status} className={chip}>
              <StatusIcon status={status} size={14} />
              {t.status[status]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <ToggleButton
          isSelected={filter.asks}
          onChange={(asks) => onChange({ ...filter, asks })}
          className={chip}
        >
          <UserRoundCheck size={14} aria-hidden="true" className="text-wait" />
          {t.runs.asks}
        </ToggleButton>
        {onClear ? (
          <Button look="quiet" size="small" onPress={onClear}>
            <X size={14} aria-hidden="true" />
            {t.runs.clear}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

const all = 'all workflows';
const any = 'any';

type StepProps = {
  workflow: string;
  version: number | undefined;
  step: string;
  onChange: (step: string) => void;
};

/** The step of a workflow at which runs are held or failed. */
function StepChoice({ workflow, version, step, onChange }: StepProps) {
  const { t } = useI18n();
  const graph = useGraph(version ? workflow : undefined, version);
  const steps = (graph.data?.nodes ?? []).filter(({ kind }) => !['trigger', 'join', 'end'].includes(kind));
  const known = [...new Map(steps.map(({ id, name }) => [id, { id, name: name || id }])).values()];
  const missing = step && !known.some(({ id }) => id === step);
  return (
    <Select
      label={t.runs.step}
      hideLabel
      choices={[{ id: any, name: t.runs.anyStep }, ...known, ...(missing ? [{ id: step, name: step }] : [])]}
      value={step || any}
      onChange={(id) => onChange(id === any ? '' : id)}
      className="w-full sm:w-48"
    />
  );
}

/** A span of time, or days of one's own. */
function TimeChoice({ filter, onChange }: { filter: TimeFilter; onChange: (time: TimeFilter) => void }) {
  const { t } = useI18n();
  const { time, from, to } = filter;
  const choices = timeSpans.map((id) => ({ id, name: t.runs.span[id] }));
  return (
    <>
      <Select
        label={t.runs.time}
        hideLabel
        choices={[{ id: any, name: t.runs.anyTime }, ...choices]}
        value={time || any}
        onChange={(id) => onChange({ time: timeSpans.find((span) => span === id) ?? '', from, to })}
        className="w-full sm:w-48"
      />
      {time === 'own' ? (
        <div className="flex w-full min-w-0 flex-col gap-3 sm:w-auto sm:flex-row">
          <Day
            label={t.runs.from}
            value={from}
            max={to}
            onChange={(day) => onChange({ time, from: day, to })}
          />
          <Day
            label={t.runs.to}
            value={to}
            min={from}
            onChange={(day) => onChange({ time, from, to: day })}
          />
        </div>
      ) : null}
    </>
  );
}

type DayProps = { label: string; value: string; min?: string; max?: string; onChange: (day: string) => void };

/** A day, chosen with the browser's own calendar. */
function Day({ label, value, min, max, onChange }: DayProps) {
  return (
    <label className="flex min-w-0 flex-1 items-center gap-2 text-sm text-soft">
      <span className="w-12 shrink-0 sm:w-auto">{label}</span>
      <input
        type="date"
        value={value}
        min={min || undefined}
        max={max || undefined}
        onChange={({ target }) => onChange(target.value)}
        className={`${inputLook} text-base`}
      />
    </label>
  );
}

const typingPause = 400;

/** The search box: what is typed counts after a short pause, or at once with Enter. */
function RunSearch({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState(q);
  const search = useRef(onSearch);
  search.current = onSearch;
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => search.current(text.trim()), typingPause);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <SearchField
      aria-label={t.runs.search}
      value={text}
      onChange={setText}
      onSubmit={(value) => onSearch(value.trim())}
      onClear={() => onSearch('')}
      className="group relative min-w-0 flex-1 basis-64"
    >
      <Search size={16} aria-hidden="true" className="pointer-events-none absolute top-3 left-3 text-soft" />
      <Input
        placeholder={t.runs.searchPlaceholder}
        className={`${inputLook} pr-10 pl-9 [&::-webkit-search-cancel-button]:hidden`}
      />
      <AriaButton
        aria-label={t.runs.clear}
        className="absolute inset-y-1 right-1 grid w-8 place-items-center rounded text-soft group-empty:hidden hover:text-ink"
      >
        <X size={16} aria-hidden="true" />
      </AriaButton>
    </SearchField>
  );
}
