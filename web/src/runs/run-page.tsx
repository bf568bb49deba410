// The page of one run: head, graph or outline, and the step that is open beside it.
import { SearchX } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { Link } from 'wouter';
import { ApiError } from '../api/client';
import { isOver } from '../api/queries';
import type { Run } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runsPath } from '../routes';
import { Boundary } from '../ui/boundary';
import { Bone, Loading } from '../ui/loading';
import { Empty, Failure } from '../ui/notice';
import { tabLook } from '../ui/tab-look';
import { HeldBanner } from './held-banner';
import { Outline } from './outline';
import { RunHead } from './run-head';
import { runStatus } from './run-status';
import { StepPanel } from './step-panel';
import { type RunPage as Page, useRunPage } from './use-run-page';

const Canvas = lazy(async () => ({ default: (await import('../canvas/canvas')).Canvas }));

export function RunPage({ id }: { id: string }) {
  const { t } = useI18n();
  const page = useRunPage(id);
  const { query } = page;
  if (query.data) return <Shown key={id} run={query.data} page={page} />;
  if (query.isPending) {
    return (
      <Loading onRetry={() => void query.refetch()}>
        <Bone className="mb-6 h-8 w-72" />
        <Bone className="h-[32rem] w-full rounded-card" />
      </Loading>
    );
  }
  const gone = query.error instanceof ApiError && (query.error.status === 404 || query.error.status === 400);
  if (!gone) return <Failure title={t.run.failed} error={query.error} onRetry={() => void query.refetch()} />;
  const back = (
    <Link to={runsPath()} className="font-medium text-accent underline underline-offset-4">
      {t.run.toRuns}
    </Link>
  );
  return <Empty icon={SearchX} title={t.run.gone} text={t.run.goneText} action={back} />;
}

function Shown({ run, page }: { run: Run; page: Page }) {
  const panel = useRef<HTMLElement>(null);
  const open = (path: string) => {
    page.open(path);
    // Below the two-column width the step stands under the graph: bring it into view.
    requestAnimationFrame(() => {
      const heading = panel.current?.querySelector<HTMLElement>('h2');
      heading?.focus({ preventScroll: true });
      if (!matchMedia('(min-width: 1000px)').matches) panel.current?.scrollIntoView({ block: 'start' });
    });
  };
  const leave = () => {
    if (!page.selected) return;
    const path = CSS.escape(page.selected);
    document.querySelector<HTMLElement>(`[data-path="${path}"]`)?.focus();
  };
  return (
    <>
      <RunHead run={run} live={page.live} />
      {isHeld(run) ? <HeldBanner run={run} /> : null}
      <Announcer run={run} />
      <div className="grid items-start gap-4 min-[1000px]:grid-cols-[minmax(0,1fr)_minmax(380px,440px)]">
        <Views run={run} page={page} onOpen={open} />
        <StepPanel ref={panel} run={run} page={page} onLeave={leave} />
      </div>
    </>
  );
}

/** Held as a whole, or at one step while others go on. */
function isHeld(run: Run): boolean {
  return run.status === 'held' || run.steps.some((step) => step.status === 'held');
}

const wide = '(min-width: 640px)';

function Views({ run, page, onOpen }: { run: Run; page: Page; onOpen: (path: string) => void }) {
  const { t } = useI18n();
  const [view, setView] = useState<string>(() => (matchMedia(wide).matches ? 'graph' : 'outline'));
  const { graph, paint } = page;
  const toOutline = () => {
    setView('outline');
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#outline button')?.focus());
  };
  return (
    <Tabs
      selectedKey={view}
      onSelectionChange={(key) => setView(String(key))}
      className="min-w-0 overflow-hidden rounded-card border border-line bg-surface shadow-card"
    >
      <TabList aria-label={t.run.views} className="flex gap-1 border-b border-line px-3">
        <Tab id="graph" className={tabLook}>
          {t.run.graph}
        </Tab>
        <Tab id="outline" className={tabLook}>
          {t.run.outline}
        </Tab>
      </TabList>
      <TabPanel
        id="graph"
        className="relative h-[60vh] min-h-[28rem] bg-canvas min-[1000px]:h-[calc(100dvh-17.25rem)]"
      >
        <button
          type="button"
          onClick={toOutline}
          className="sr-only z-10 rounded-field bg-ink px-3 py-2 text-canvas focus:not-sr-only focus:absolute focus:top-3 focus:left-3"
        >
          {t.run.skipCanvas}
        </button>
        <p id="canvas-help" className="sr-only">
          {t.run.canvasHelp}
        </p>
        {graph && paint ? (
          <Boundary>
            <Suspense fallback={null}>
              <Canvas
                graph={graph}
                paint={paint}
                selected={page.selected}
                active={page.active}
                onOpen={onOpen}
              />
            </Suspense>
          </Boundary>
        ) : page.graphFailed ? (
          <p role="alert" className="p-6 text-soft">
            {t.run.graphFailed}
          </p>
        ) : null}
      </TabPanel>
      <TabPanel id="outline">
        <Outline run={run} graph={graph} paint={paint} selected={page.selected} onOpen={onOpen} />
      </TabPanel>
    </Tabs>
  );
}

const calm = 5000;

/** Reads the progress out, politely and at most every five seconds. */
function Announcer({ run }: { run: Run }) {
  const { t } = useI18n();
  const done = run.steps.filter((step) => step.status === 'succeeded' || step.status === 'skipped').length;
  const text = t.run.announce(done, run.steps.length, t.status[runStatus(run)]);
  const [said, setSaid] = useState('');
  const last = useRef(0);
  const first = useRef(text);
  useEffect(() => {
    if (text === first.current) return;
    const wait = isOver(run.status) ? 0 : Math.max(0, last.current + calm - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setSaid(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, run.status]);
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  );
}
