// Times, durations, sizes and numbers as people write them in a language.
export type Format = ReturnType<typeof makeFormat>;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "1 m 12 s", "240 ms", "3 d 4 h": the two largest units. */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < second) return `${Math.round(span)} ms`;
  if (span < 10 * second) return `${(Math.floor(span / 100) / 10).toString()} s`;
  const parts: [number, string][] = [
    [Math.floor(span / day), 'd'],
    [Math.floor((span % day) / hour), 'h'],
    [Math.floor((span % hour) / minute), 'm'],
    [Math.floor((span % minute) / second), 's'],
  ];
  const from = parts.findIndex(([n]) => n > 0);
  return parts
    .slice(from, from + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ');
}

/** A wait in whole seconds, for countdowns that change once a second. */
export function countdown(ms: number): string {
  return duration(Math.max(second, Math.ceil(ms / second) * second)).replace(/\.\d+ s$/, ' s');
}

export function makeFormat(language: string) {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const absolute = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'long',
  });
  const moment = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return {
    duration: (ms: number) => decimal(duration(ms), language),
    countdown,
    number: (n: number) => number.format(n),
    absolute: (at: string) => absolute.format(new Date(at)),
    moment: (at: string) => moment.format(new Date(at)),
    clock: (at: string) => clock.format(new Date(at)),
    relative(at: string, now: number): string {
      const away = new Date(at).getTime() - now;
      const size = Math.abs(away);
      if (size < 45 * second) return relative.format(Math.round(away / second / 5) * 5, 'second');
      if (size < 45 * minute) return relative.format(Math.round(away / minute), 'minute');
      if (size < 22 * hour) return relative.format(Math.round(away / hour), 'hour');
      return relative.format(Math.round(away / day), 'day');
    },
    bytes(n: number): string {
      if (n < 1024) return `${n} B`;
      return n < 1024 * 1024 ? `${number.format(n / 1024)} KiB` : `${number.format(n / 1024 / 1024)} MiB`;
    },
  };
}

function decimal(text: string, language: string): string {
  return language === 'es' ? text.replace('.', ',') : text;
}
