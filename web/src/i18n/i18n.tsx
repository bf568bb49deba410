// The language of the page: chosen once, remembered, and given to every component.
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { I18nProvider as AriaLocale } from 'react-aria-components/I18nProvider';
import { type Catalogue, en } from './en';
import { es } from './es';
import { type Format, makeFormat } from './format';

export type Language = 'en' | 'es';
export const languages: { id: Language; name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'es', name: 'Español' },
];

const catalogues: Record<Language, Catalogue> = { en, es };
const remembered = 'cauce.language';

export type I18n = {
  t: Catalogue;
  format: Format;
  language: Language;
  setLanguage: (language: Language) => void;
};

const Context = createContext<I18n | null>(null);

export function isLanguage(text: string | null | undefined): text is Language {
  return text === 'en' || text === 'es';
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(remembered);
  if (isLanguage(kept)) return kept;
  return navigator.language.toLowerCase().startsWith('es') ? 'es' : 'en';
}

/** True when a person has chosen a language on this device. */
export function languageWasChosen(): boolean {
  return isLanguage(localStorage.getItem(remembered));
}

export function I18nProvider({ children, initial }: { children: ReactNode; initial?: Language }) {
  const [language, setLanguage] = useState<Language>(() => initial ?? firstLanguage());
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo<I18n>(
    () => ({
      t: catalogues[language],
      format: makeFormat(language),
      language,
      setLanguage: (chosen) => {
        localStorage.setItem(remembered, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return (
    <AriaLocale locale={language === 'es' ? 'es-ES' : 'en-US'}>
      <Context value={value}>{children}</Context>
    </AriaLocale>
  );
}

export function useI18n(): I18n {
  const value = use(Context);
  if (!value) throw new Error('useI18n needs an I18nProvider above it');
  return value;
}
