// The head of a page: title, document title, and focus on arrival.
import { type ReactNode, useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n';

/** Sets the document title and moves focus to the heading when the page opens. */
export function usePageTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { t } = useI18n();
  useEffect(() => {
    document.title = title === t.app.name ? title : `${title} · ${t.app.name}`;
  }, [title, t]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return heading;
}

export function PageHead({ title, aside }: { title: string; aside?: ReactNode }) {
  const heading = usePageTitle(title);
  return (
    <div className="mb-6 flex min-h-10 flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold">
        {title}
      </h1>
      {aside}
    </div>
  );
}
