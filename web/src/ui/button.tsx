// Buttons: one look a purpose; a button that may not be used stays reachable and says why.
import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import { cx } from './class-names';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border border-transparent shadow-card',
  plain:
    'bg-surface text-ink border border-line-strong/60 hover:border-line-strong hover:bg-sunken shadow-card',
  quiet: 'text-soft hover:text-ink hover:bg-sunken border border-transparent',
  danger: 'bg-surface text-bad border border-bad/50 hover:bg-bad-soft hover:border-bad',
};

const shape =
  'inline-flex items-center justify-center gap-2 rounded-field text-base font-medium leading-5 transition-colors duration-150 select-none whitespace-nowrap aria-disabled:opacity-60 aria-disabled:cursor-not-allowed disabled:opacity-60 disabled:cursor-default';

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'style' | 'children'> & {
  look?: ButtonLook;
  size?: 'small' | 'normal';
  className?: string;
  children: ReactNode;
  /** Why the button does nothing; it stays focusable and shows this. */
  refused?: string | null;
  /** At work: pressing it again does nothing until it is done. */
  busy?: boolean;
};

export function Button({
  look = 'plain',
  size = 'normal',
  className,
  refused,
  busy,
  onPress,
  ...rest
}: ButtonProps) {
  const button = (
    <AriaButton
      {...rest}
      {...(refused || busy ? { 'aria-disabled': true } : {})}
      onPress={refused || busy ? undefined : onPress}
      className={cx(shape, size === 'small' ? 'h-8 px-3' : 'h-10 px-4', looks[look], className)}
    />
  );
  // A button that knows refusals keeps its wrapper, so that it is not made anew when one comes or goes.
  return refused === undefined ? button : <Explained text={refused}>{button}</Explained>;
}

type IconButtonProps = Omit<ButtonProps, 'look' | 'refused' | 'busy'> & { label: string; look?: ButtonLook };

/** A square button that shows an icon and says its name on hover and focus. */
export function IconButton({
  label,
  look = 'quiet',
  size = 'normal',
  className,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Explained text={label}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={cx(shape, size === 'small' ? 'size-8' : 'size-10', looks[look], className)}
      >
        {children}
      </AriaButton>
    </Explained>
  );
}

/** Shows `text` beside its child on hover and on keyboard focus. */
export function Explained({ text, children }: { text: string | null; children: ReactNode }) {
  return (
    <TooltipTrigger delay={500} closeDelay={80} isDisabled={!text}>
      {children}
      <Tooltip
        offset={8}
        className="z-50 max-w-72 rounded-field bg-ink px-2.5 py-1.5 text-sm text-canvas shadow-pop transition-opacity duration-100 data-[entering]:opacity-0 data-[exiting]:opacity-0"
      >
        {text}
      </Tooltip>
    </TooltipTrigger>
  );
}
