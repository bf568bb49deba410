// Which time a list of runs shows: a span that moves with the clock, or days that were chosen.

/** `day` and `week` are the last 24 hours and 7 days; `own` goes from one day to another. */
export const timeSpans = ['today', 'day', 'week', 'own'] as const;
export type TimeSpan = (typeof timeSpans)[number];
/** `from` and `to` are days such as `2026-03-31`, or empty; they count where `time` is `own`. */
export type TimeFilter = { time: TimeSpan | ''; from: string; to: string };
/** The first moment that is shown, and the first that is not, as the API takes them. */
export type Bounds = { since?: string; until?: string };

const hour = 60 * 60 * 1000;

/** The moments between which runs are shown, in the zone of whoever looks. */
export function boundsOf({ time, from, to }: TimeFilter, now: number): Bounds {
  switch (time) {
    case 'today':
      return { since: new Date(new Date(now).setHours(0, 0, 0, 0)).toISOString() };
    case 'day':
      return { since: new Date(now - 24 * hour).toISOString() };
    case 'week':
      return { since: new Date(now - 7 * 24 * hour).toISOString() };
    case 'own':
      return { since: midnight(from, 0), until: midnight(to, 1) };
    default:
      return {};
  }
}

/** The day as it is written, or nothing where it is none. */
export function readDay(text: string | null): string {
  return text && midnight(text, 0) ? text : '';
}

function midnight(day: string, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (!year) return undefined;
  const moment = new Date(Number(year), Number(month) - 1, Number(date));
  if (moment.getMonth() !== Number(month) - 1) return undefined;
  moment.setDate(moment.getDate() + later);
  return moment.toISOString();
}

export function isWithin({ since, until }: Bounds, at: string): boolean {
  const moment = Date.parse(at);
  return (!since || moment >= Date.parse(since)) && (!until || moment < Date.parse(until));
}
