// What a trigger is called, and the line that fires a webhook by hand.
import type { TriggerSummary } from '../api/types';
import type { Catalogue } from '../i18n/en';

export type TriggerKind = 'webhook' | 'schedule' | 'manual' | 'event' | 'other';

export function kindOf(trigger: Pick<TriggerSummary, 'use'>): TriggerKind {
  const name = trigger.use.split('@')[0];
  const known = ['webhook', 'schedule', 'manual', 'event'] as const;
  return known.find((kind) => kind === name) ?? 'other';
}

export function wordFor(trigger: TriggerSummary, t: Catalogue): string {
  const words = { webhook: t.workflows.hook, schedule: t.workflows.schedule, manual: t.workflows.manual };
  const kind = kindOf(trigger);
  if (kind === 'event') return t.workflows.event(trigger.event ?? '');
  return kind === 'other' ? trigger.use : words[kind];
}

/** What became of a start: a limit of the workflow may have kept it from beginning at once. */
export function outcomeWord(outcome: string | undefined, t: Catalogue): string {
  const words: [string, string][] = Object.entries(t.workflows.outcome);
  return new Map(words).get(outcome ?? '') ?? t.workflows.started;
}

/** The hook as a whole address: the server may send a path alone. */
export function hookAddress(url: string): string {
  return new URL(url, location.origin).href;
}

/** A curl line for a POSIX shell; a single quote in the body cannot end the argument. */
export function curlLine(url: string, body: unknown): string {
  const text = JSON.stringify(body).replaceAll("'", "'\\''");
  return `curl -X POST ${hookAddress(url)} \\\n  -H 'content-type: application/json' \\\n  -d '${text}'`;
}
