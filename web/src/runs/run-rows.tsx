// The rows of the run list: a table where there is room, cards where there is not.

import { type KeyboardEvent, useRef } from 'react';
import { Link } from 'wouter';
import { useWorkflowName } from '../api/queries';
import type { RunRow } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runPath } from '../routes';
import { cx } from '../ui/class-names';
import { LiteralText } from '../ui/literal-text';
import { StatusPill } from '../ui/status';
import { Moment, Took } from '../ui/time';
import { runStatus } from './run-status';

const head =
  'sticky top-14 z-10 bg-surface px-4 py-2.5 text-left text-sm font-medium text-soft border-b border-line';

type Props = {
  rows: RunRow[];
  fresh: Set<string>;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
};

export function RunRows({ rows, fresh, selected, onSelect }: Props) {
  const { t } = useI18n();
  const table = useRef<HTMLTableElement>(null);
  const held = rows.filter((row) => row.status === 'held');
  const toggle = (id: string, on: boolean) => {
    const next = new Set(selected);
    if (on) next.add(id);
    else next.delete(id);
    onSelect(next);
  };
  // J and K, or the arrows, move between the links of the rows.
  const onKeyDown = (event: KeyboardEvent) => {
    const way = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('a[data-run]') ?? [])];
    const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + way];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div className="rounded-card border border-line bg-surface shadow-card">
      <table
        ref={table}
        onKeyDown={onKeyDown}
        className="block w-full border-separate border-spacing-0 md:table"
      >
        <caption className="sr-only">{t.runs.title}</caption>
        <thead className="hidden md:table-header-group">
          <tr>
            {held.length > 0 ? (
              <th scope="col" className={cx(head, 'w-12 rounded-tl-card pr-0')}>
                <Tick
                  label={t.bulk.selectAll}
                  on={held.every((row) => selected.has(row.id))}
                  onChange={(on) => onSelect(new Set(on ? held.map((row) => row.id) : []))}
                />
              </th>
            ) : null}
            <th scope="col" className={cx(head, 'w-40', held.length === 0 && 'rounded-tl-card')}>
              {t.runs.status}
            </th>
            <th scope="col" className={head}>
              {t.runs.run}
            </th>
            <th scope="col" className={cx(head, 'w-28')}>
              {t.runs.steps}
            </th>
            <th scope="col" className={cx(head, 'w-40')}>
              {t.runs.started}
            </th>
            <th scope="col" className={cx(head, 'w-32 rounded-tr-card text-right')}>
              {t.runs.duration}
            </th>
          </tr>
        </thead>
        <tbody className="block md:table-row-group">
          {rows.map((row) => (
            <Row
              key={row.id}
              row={row}
              fresh={fresh.has(row.id)}
              tick={held.length > 0}
              selected={selected.has(row.id)}
              onSelect={(on) => toggle(row.id, on)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const cell = 'md:border-b md:border-line md:px-4 md:py-3 md:align-middle md:group-last:border-0';

type RowProps = {
  row: RunRow;
  fresh: boolean;
  /** Whether the table has a column to tick held runs in. */
  tick: boolean;
  selected: boolean;
  onSelect: (on: boolean) => void;
};

function Row({ row, fresh, tick, selected, onSelect }: RowProps) {
  const { t } = useI18n();
  const name = useWorkflowName(row.workflow);
  const note = row.error?.message ?? row.reason;
  return (
    <tr
      className={cx(
        'group relative grid gap-x-3 gap-y-1 border-b border-line px-4 py-3 last:border-0 hover:bg-sunken/70 md:table-row md:p-0',
        tick ? 'grid-cols-[auto_1fr_auto]' : 'grid-cols-[1fr_auto]',
        fresh && 'arrive',
      )}
    >
      {tick ? (
        <td className={cx(cell, 'row-span-2 md:pr-0')}>
          {row.status === 'held' ? (
            <Tick label={t.bulk.select(`${name}, ${row.id}`)} on={selected} onChange={onSelect} />
          ) : null}
        </td>
      ) : null}
      <td className={cx(cell, 'order-2 md:order-none')}>
        <StatusPill status={runStatus(row)} />
      </td>
      <td className={cx(cell, 'order-1 min-w-0 md:order-none md:w-full md:max-w-0')}>
        <Link
          to={runPath(row.id)}
          data-run={row.id}
          aria-label={`${t.runs.open(name)}, ${t.status[runStatus(row)]}`}
          className="font-medium text-ink after:absolute after:inset-0 after:rounded-field focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {name}
        </Link>
        <span className="ml-2 text-sm text-soft">{t.run.version(row.version)}</span>
        {note ? (
          <p className="truncate text-sm text-soft">
            <LiteralText text={note} />
          </p>
        ) : (
          <ShortId id={row.id} />
        )}
      </td>
      <td
        className={cx(
          cell,
          'order-4 text-right text-sm whitespace-nowrap text-soft md:order-none md:text-left md:text-base',
        )}
      >
        {t.runs.stepsDone(row.steps_done, row.steps_total)}
      </td>
      <td className={cx(cell, 'order-3 text-sm text-soft md:order-none md:text-base')}>
        <Moment at={row.started_at} />
      </td>
      <td className={cx(cell, 'order-5 hidden text-right md:order-none md:table-cell')}>
        <Took from={row.started_at} to={row.finished_at} />
      </td>
    </tr>
  );
}

/** A box to tick; it stands above the link that covers the row. */
function Tick({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="relative z-[1] -m-2 inline-grid size-9 cursor-pointer place-items-center">
      <span className="sr-only">{label}</span>
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4.5 accent-accent"
      />
    </label>
  );
}

/** The end of an id is what tells ids made in the same second apart. */
function ShortId({ id }: { id: string }) {
  return <p className="truncate font-mono text-xs text-soft">{id}</p>;
}
