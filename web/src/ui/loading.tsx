// Loading: nothing at first, then the layout in grey, after 8 s a word and a way to ask again.
import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n';
import { Button } from './button';
import { cx } from './class-names';

export function Loading({ children, onRetry }: { children: ReactNode; onRetry?: () => void }) {
  const { t } = useI18n();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 8000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true">
      <p role="status" className={long ? 'mb-4 flex items-center gap-3 text-soft' : 'sr-only'}>
        {long ? t.state.still : t.state.loading}
        {long && onRetry ? (
          <Button size="small" onPress={onRetry}>
            {t.state.retry}
          </Button>
        ) : null}
      </p>
      <div className="skeleton" aria-hidden="true">
        {children}
      </div>
    </div>
  );
}

export function Bone({ className }: { className?: string }) {
  return <div className={cx('rounded-field bg-line/70', className)} />;
}

/** A thin bar at the top of the page while what is shown is being renewed. */
export function RefetchBar({ active }: { active: boolean }) {
  if (!active) return null;
  return (
    <div aria-hidden="true" className="fixed inset-x-0 top-0 z-50 h-0.5 overflow-hidden">
      <div className="refetch-bar h-full w-1/4 bg-accent" />
    </div>
  );
}
