// The look of a tab, the same on every page.
export const tabLook =
  'relative cursor-pointer px-3 py-3 font-medium text-soft hover:text-ink selected:text-ink after:absolute after:inset-x-3 after:bottom-0 after:h-0.5 after:rounded-full selected:after:bg-accent -outline-offset-2 rounded-field';
