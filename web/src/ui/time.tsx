// A moment: relative to now, with the absolute time and its zone on hover and focus.
import { Focusable } from 'react-aria-components/Focusable';
import { useI18n } from '../i18n/i18n';
import { useNow } from '../i18n/use-now';
import { Explained } from './button';

/** For lists: the absolute time is the element's title. */
export function Moment({ at }: { at: string }) {
  const { format } = useI18n();
  const now = useNow(15_000);
  return (
    <time dateTime={at} title={format.absolute(at)} className="whitespace-nowrap">
      {format.relative(at, now)}
    </time>
  );
}

/** For single places: keyboard focus shows the absolute time too. */
export function MomentExplained({ at }: { at: string }) {
  const { format } = useI18n();
  const now = useNow(15_000);
  return (
    <Explained text={format.absolute(at)}>
      <Focusable>
        <time
          dateTime={at}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: focus shows the absolute time
          tabIndex={0}
          role="note"
          aria-label={`${format.relative(at, now)} (${format.absolute(at)})`}
          className="rounded underline decoration-line-strong decoration-dotted underline-offset-4"
        >
          {format.relative(at, now)}
        </time>
      </Focusable>
    </Explained>
  );
}

/** How long something took, or is taking while it has no end. */
export function Took({ from, to }: { from: string; to?: string | null }) {
  const { format } = useI18n();
  const now = useNow(1000, !to);
  const end = to ? new Date(to).getTime() : now;
  const span = end - new Date(from).getTime();
  return <span className="whitespace-nowrap">{to ? format.duration(span) : format.countdown(span)}</span>;
}
