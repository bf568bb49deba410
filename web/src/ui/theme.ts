// Light or dark: as the device says, unless a person has chosen on this device.
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const remembered = 'cauce.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function readTheme(): Theme {
  const kept = localStorage.getItem(remembered);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Paints the page in the chosen theme; called once before the first render and on every change. */
export function applyTheme(): void {
  const theme = readTheme();
  const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset.theme = shown;
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(remembered);
  else localStorage.setItem(remembered, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

dark.addEventListener('change', applyTheme);

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, readTheme);
}
