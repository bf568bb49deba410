// An on/off switch that shows when it is on its way.
import { Switch as AriaSwitch } from 'react-aria-components/Switch';
import { cx } from './class-names';

type SwitchProps = { label: string; on: boolean; busy?: boolean; onChange: (on: boolean) => void };

export function Switch({ label, on, busy, onChange }: SwitchProps) {
  return (
    <AriaSwitch
      aria-label={label}
      isSelected={on}
      isReadOnly={busy}
      onChange={onChange}
      className="group inline-flex h-8 cursor-pointer items-center rounded-full"
    >
      <span
        className={cx(
          'flex h-5.5 w-10 items-center rounded-full border p-0.5 transition-colors duration-150',
          'border-line-strong bg-idle-soft group-selected:border-accent group-selected:bg-accent',
          'outline-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2',
        )}
      >
        <span
          className={cx(
            'size-4 rounded-full bg-line-strong shadow-card transition-transform duration-150 group-selected:translate-x-[1.125rem] group-selected:bg-on-accent',
            busy && 'animate-pulse',
          )}
        />
      </span>
    </AriaSwitch>
  );
}
