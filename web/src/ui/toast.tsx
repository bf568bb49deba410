// Short news at the edge of the page, read out politely; errors also stand where they belong.
import { X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { useI18n } from '../i18n/i18n';
import { IconButton } from './button';

export type News = { text: string; link?: { to: string; text: string }; quiet?: boolean };
type Shown = News & { id: number };

let shown: Shown[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: Shown[]) {
  shown = next;
  for (const listener of listeners) listener();
}

/** Shows `news` for a few seconds; quiet news is only read out. */
export function toast(news: News): void {
  lastId += 1;
  change([...shown.slice(-2), { ...news, id: lastId }]);
}

function drop(id: number) {
  change(shown.filter((news) => news.id !== id));
}

export function Toasts() {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 sm:bottom-6"
    >
      {all.map((news) => (
        <Toast key={news.id} news={news} />
      ))}
    </div>
  );
}

function Toast({ news }: { news: Shown }) {
  const { t } = useI18n();
  const stays = news.link ? 10_000 : 4000;
  useEffect(() => {
    const timer = setTimeout(() => drop(news.id), stays);
    return () => clearTimeout(timer);
  }, [news.id, stays]);
  if (news.quiet) return <span className="sr-only">{news.text}</span>;
  return (
    <div className="pointer-events-auto flex items-center gap-3 rounded-card border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-pop">
      <span className="font-medium">{news.text}</span>
      {news.link ? (
        <Link
          to={news.link.to}
          onClick={() => drop(news.id)}
          className="font-medium text-accent underline underline-offset-4"
        >
          {news.link.text}
        </Link>
      ) : null}
      <IconButton label={t.state.close} size="small" onPress={() => drop(news.id)}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
