// The filter bar of the run list: statuses to tick, one workflow, and an exact search.
import { Search, UserRoundCheck, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { RunFilter } from '../api/live-rows';
import { useWorkflows } from '../api/queries';
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
  const any = { id: '', name: t.runs.anyWorkflow };
  const known = workflows.data?.map(({ id, name }) => ({ id, name: name || id })) ?? [];
  const missing = filter.workflow && !known.some(({ id }) => id === filter.workflow);
  const choices = [any, ...known, ...(missing ? [{ id: filter.workflow, name: filter.workflow }] : [])];
  return (
    <section aria-label={t.runs.filters} className="mb-4 flex flex-col gap-3">
      <div className="flex flex-wrap gap-3">
        <RunSearch q={filter.q} onSearch={(q) => onChange({ ...filter, q })} />
        <Select
          label={t.runs.workflow}
          hideLabel
          choices={choices.map((choice) => ({ ...choice, id: choice.id || all }))}
          value={filter.workflow || all}
          onChange={(id) => onChange({ ...filter, workflow: id === all ? '' : id })}
          className="w-full sm:w-56"
        />
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
