// Two languages, one press.
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { isLanguage, languages, useI18n } from '../i18n/i18n';

export function LanguageChoice() {
  const { t, language, setLanguage } = useI18n();
  return (
    <ToggleButtonGroup
      aria-label={t.app.language}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[language]}
      onSelectionChange={([chosen]) => {
        if (typeof chosen === 'string' && isLanguage(chosen)) setLanguage(chosen);
      }}
      className="flex rounded-field border border-line bg-sunken p-0.5"
    >
      {languages.map(({ id, name }) => (
        <ToggleButton
          key={id}
          id={id}
          aria-label={name}
          className="grid h-8 min-w-10 place-items-center rounded px-2 text-sm font-medium text-soft hover:text-ink selected:bg-surface selected:text-ink selected:shadow-card"
        >
          <span lang={id}>{id.toUpperCase()}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
