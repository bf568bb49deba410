// Empty places and failures: what it is, what was kept, what to do next.
import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import type { Catalogue } from '../i18n/en';
import { useI18n } from '../i18n/i18n';
import { Button } from './button';
import { CopyIconButton } from './copy';

export function Empty({
  icon: Icon,
  title,
  text,
  action,
}: {
  icon: LucideIcon;
  title: string;
  text: string;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-card border border-dashed border-line-strong/60 px-6 py-16 text-center">
      <span className="mb-2 grid size-12 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon size={24} aria-hidden="true" />
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="max-w-md text-soft">{text}</p>
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}

/** A failed request in plain words. */
export function sentence(error: unknown, t: Catalogue): string {
  if (!(error instanceof ApiError)) return t.error.unknown;
  if (error.status === 0) return t.error.offline;
  if (error.status === 429 || error.status === 503) return t.error.busy(error.retryAfter);
  if (error.status === 403) return t.error.forbidden;
  if (error.status === 404) return t.error.missing;
  if (error.status === 409) return t.error.conflict;
  return error.message || t.error.unknown;
}

export function Failure({ title, error, onRetry }: { title: string; error: unknown; onRetry?: () => void }) {
  const { t } = useI18n();
  const known = error instanceof ApiError ? error : null;
  return (
    <div role="alert" className="flex gap-4 rounded-card border border-bad/40 bg-surface p-6 shadow-card">
      <CircleAlert size={22} aria-hidden="true" className="mt-0.5 shrink-0 text-bad" />
      <div className="flex min-w-0 flex-col gap-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        <p className="text-soft">{sentence(error, t)}</p>
        {known?.hint ? <p className="text-soft">{known.hint}</p> : null}
        {known?.requestId ? (
          <p className="flex items-center gap-1 text-sm text-soft">
            {t.error.request} <code className="font-mono">{known.requestId}</code>
            <CopyIconButton text={known.requestId} label={t.state.copy} />
          </p>
        ) : null}
        {onRetry ? (
          <div className="mt-2">
            <Button onPress={onRetry}>{t.state.retry}</Button>
          </div>
        ) : null}
      </div>
    </div>
  );
}
