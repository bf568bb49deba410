// One status, three signs: an icon, a word and a colour, the same everywhere.
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  CornerDownRight,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  RotateCw,
} from 'lucide-react';
import type { Catalogue } from '../i18n/en';
import { useI18n } from '../i18n/i18n';
import { cx } from './class-names';

export type AnyStatus = keyof Catalogue['status'];
export type Tone = 'ok' | 'bad' | 'busy' | 'warn' | 'wait' | 'idle';

const signs: Record<AnyStatus, { icon: LucideIcon; tone: Tone; moving?: boolean }> = {
  queued: { icon: CircleDashed, tone: 'idle' },
  pending: { icon: CircleDashed, tone: 'idle' },
  running: { icon: LoaderCircle, tone: 'busy', moving: true },
  waiting: { icon: Clock, tone: 'wait' },
  retrying: { icon: RotateCw, tone: 'warn' },
  held: { icon: CirclePause, tone: 'warn' },
  succeeded: { icon: CircleCheck, tone: 'ok' },
  stopped: { icon: OctagonX, tone: 'ok' },
  failed: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: Ban, tone: 'idle' },
  skipped: { icon: CornerDownRight, tone: 'idle' },
};

export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  bad: 'text-bad',
  busy: 'text-busy',
  warn: 'text-warn',
  wait: 'text-wait',
  idle: 'text-idle',
};
export const toneSoft: Record<Tone, string> = {
  ok: 'bg-ok-soft',
  bad: 'bg-bad-soft',
  busy: 'bg-busy-soft',
  warn: 'bg-warn-soft',
  wait: 'bg-wait-soft',
  idle: 'bg-idle-soft',
};

export function toneOf(status: AnyStatus): Tone {
  return signs[status].tone;
}

export function StatusIcon({ status, size = 16 }: { status: AnyStatus; size?: number }) {
  const { icon: Icon, tone, moving } = signs[status];
  return <Icon size={size} aria-hidden="true" className={cx('shrink-0', toneText[tone], moving && 'spin')} />;
}

/** The status as a pill; a run that stopped early on purpose shows as such. */
export function StatusPill({
  status,
  large,
  of = 'run',
}: {
  status: AnyStatus;
  large?: boolean;
  of?: 'run' | 'step';
}) {
  const { t } = useI18n();
  const tone = toneOf(status);
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 rounded-full font-medium whitespace-nowrap',
        large ? 'px-3 py-1 text-base' : 'px-2.5 py-0.5 text-sm',
        toneText[tone],
        toneSoft[tone],
      )}
    >
      <StatusIcon status={status} size={large ? 18 : 14} />
      {of === 'step' ? t.stepStatus[status] : t.status[status]}
    </span>
  );
}
