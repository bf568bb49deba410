// The frame of the pages before sign-in: one card, the language, nothing else.
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n';
import { LanguageChoice } from '../ui/language-choice';
import { Mark } from '../ui/mark';
import { usePageTitle } from '../ui/page';

export function Gate({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const { t } = useI18n();
  const heading = usePageTitle(title);
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between gap-4 px-4 py-4 sm:px-8">
        <span className="flex items-center gap-2.5 text-lg font-semibold">
          <Mark />
          {t.app.name}
        </span>
        <LanguageChoice />
      </header>
      <main className="grid flex-1 place-items-center px-4 pt-4 pb-16">
        <div className="w-full max-w-md rounded-card border border-line bg-surface p-6 shadow-card sm:p-8">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold">
            {title}
          </h1>
          {text ? <p className="mt-2 text-soft">{text}</p> : null}
          <div className="mt-6">{children}</div>
        </div>
      </main>
    </div>
  );
}
