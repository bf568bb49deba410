// Says whether the page hears of changes at once or asks for them.
import type { StreamState } from '../api/stream';
import { useI18n } from '../i18n/i18n';
import { cx } from './class-names';

export function LiveDot({ state }: { state: StreamState }) {
  const { t } = useI18n();
  const live = state === 'live';
  const text = live ? t.runs.live : state === 'connecting' ? t.runs.connecting : t.runs.polling;
  return (
    <span className="inline-flex items-center gap-2 text-sm text-soft" data-stream={state}>
      <span aria-hidden="true" className="relative grid size-2.5 place-items-center">
        {live ? <span className="absolute inset-0 rounded-full bg-ok opacity-25" /> : null}
        <span className={cx('size-1.5 rounded-full', live ? 'bg-ok' : 'bg-idle')} />
      </span>
      {text}
    </span>
  );
}
