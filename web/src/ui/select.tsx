// A list to choose one of, for short lists.
import { Check, ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { cx } from './class-names';

export type Choice = { id: string; name: string };

type SelectProps = {
  label: string;
  hideLabel?: boolean;
  choices: Choice[];
  value: string;
  onChange: (id: string) => void;
  className?: string;
  /** What stands there while nothing is chosen. */
  placeholder?: string;
};

export function Select({ label, hideLabel, choices, value, onChange, className, placeholder }: SelectProps) {
  return (
    <AriaSelect
      value={value}
      onChange={(id) => onChange(String(id))}
      placeholder={placeholder}
      aria-label={hideLabel ? label : undefined}
      className={cx('flex min-w-0 flex-col gap-1.5', className)}
    >
      {hideLabel ? null : <Label className="font-medium">{label}</Label>}
      <Button className="flex h-10 items-center justify-between gap-2 rounded-field border border-line-strong bg-surface px-3 text-ink hover:border-ink/60">
        <SelectValue className="truncate">
          {({ selectedText, isPlaceholder, defaultChildren }) =>
            isPlaceholder ? defaultChildren : selectedText
          }
        </SelectValue>
        <ChevronDown size={16} aria-hidden="true" className="shrink-0 text-soft" />
      </Button>
      <Popover className="min-w-(--trigger-width) rounded-card border border-line bg-surface p-1 shadow-pop">
        <ListBox items={choices} className="max-h-80 overflow-auto outline-none">
          {(choice) => (
            <ListBoxItem
              id={choice.id}
              textValue={choice.name}
              className="flex cursor-pointer items-center gap-2 rounded-field px-2 py-2 outline-none focus:bg-accent-soft selected:font-medium"
            >
              {({ isSelected }) => (
                <>
                  <Check size={16} aria-hidden="true" className={isSelected ? 'text-accent' : 'invisible'} />
                  <span className="truncate">{choice.name}</span>
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
