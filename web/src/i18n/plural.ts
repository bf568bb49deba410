// Counted words: picks the form of a number and writes the number the way the language does.
export type Forms = { one: string; other: string };

/** A function that writes `n` with its word; `#` in a form stands for the number. */
export function plural(language: string, forms: Forms): (n: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (n) => (rules.select(n) === 'one' ? forms.one : forms.other).replace('#', digits.format(n));
}
