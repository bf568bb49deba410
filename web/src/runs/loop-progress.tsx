// How far a loop is, and which of its items failed; and the way from one item to the next.
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { Passes, Run } from '../api/types';
import { passesOf, passShown } from '../graph/passes';
import { useI18n } from '../i18n/i18n';
import { IconButton } from '../ui/button';
import { LiteralText } from '../ui/literal-text';

/** How many failed items the server tells of. */
const mostTold = 100;

type ProgressProps = { passes: Passes; onShow: (index: number, step: string | null) => void };

export function LoopProgress({ passes, onShow }: ProgressProps) {
  const { t } = useI18n();
  const { done, failed, total, errors } = passes;
  return (
    <section className="flex flex-col gap-3 px-4 pb-3">
      <div>
        <p className="flex flex-wrap justify-between gap-x-3 text-sm">
          <span>{t.loop.done(done, total ?? null)}</span>
          {failed > 0 ? <span className="font-medium text-bad">{t.loop.failed(failed)}</span> : null}
        </p>
        <Bar passes={passes} />
      </div>
      {errors.length > 0 ? (
        <div>
          <h3 className="text-sm font-medium">{t.loop.failedItems}</h3>
          <ol className="mt-1.5 max-h-64 divide-y divide-line overflow-y-auto rounded-field border border-line">
            {errors.map(({ index, error }) => (
              <li key={index}>
                <button
                  type="button"
                  onClick={() => onShow(index, error.step ?? null)}
                  aria-label={`${t.loop.showItem(index + 1)}: ${error.message}`}
                  className="flex w-full items-baseline gap-3 px-3 py-2 text-left hover:bg-sunken"
                >
                  <span className="shrink-0 font-medium text-bad">{t.loop.item(index + 1)}</span>
                  <span className="min-w-0 truncate text-sm">
                    <LiteralText text={error.message} />
                  </span>
                </button>
              </li>
            ))}
          </ol>
          {failed > errors.length ? (
            <p className="mt-1 text-sm text-soft">{t.loop.first(Math.min(mostTold, errors.length))}</p>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

function Bar({ passes }: { passes: Passes }) {
  const { t } = useI18n();
  const { done, failed } = passes;
  const total = passes.total ?? null;
  // While nobody knows how many there are, the bar never looks full.
  const whole = Math.max(total ?? done * 1.25, 1);
  const part = (n: number) => `${Math.min(100, (n / whole) * 100)}%`;
  return (
    <div
      role="progressbar"
      aria-label={t.loop.progress}
      aria-valuemin={0}
      aria-valuemax={total ?? undefined}
      aria-valuenow={total === null ? undefined : done}
      aria-valuetext={t.loop.done(done, total)}
      className="mt-1.5 flex h-2 overflow-hidden rounded-full bg-sunken"
    >
      <span className="bg-ok" style={{ width: part(done - failed) }} />
      <span className="bg-bad" style={{ width: part(failed) }} />
    </div>
  );
}

type PagerProps = {
  run: Run;
  /** The loop, by its path in the run. */
  loop: string;
  chosen: ReadonlyMap<string, number>;
  onChoose: (loop: string, index: number) => void;
};

/** Which item of a loop the graph and the panel show, and the way to its neighbours. */
export function PassPager({ run, loop, chosen, onChoose }: PagerProps) {
  const { t } = useI18n();
  const known = passesOf(run.steps, loop);
  const shown = passShown(run.steps, loop, chosen);
  if (shown === undefined) return null;
  const at = known.indexOf(shown);
  const [before, after] = [known[at - 1], known[at + 1]];
  const total = run.steps.find((step) => step.path === loop)?.passes?.total ?? null;
  const go = (index: number | undefined) => () => {
    if (index !== undefined) onChoose(loop, index);
  };
  return (
    <div className="flex items-center gap-1 px-4 pb-2 text-sm">
      <IconButton
        size="small"
        label={t.loop.previous}
        aria-disabled={before === undefined}
        onPress={go(before)}
      >
        <ChevronLeft size={16} aria-hidden="true" />
      </IconButton>
      <span aria-live="polite">{t.loop.shown(shown + 1, total)}</span>
      <IconButton size="small" label={t.loop.next} aria-disabled={after === undefined} onPress={go(after)}>
        <ChevronRight size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
