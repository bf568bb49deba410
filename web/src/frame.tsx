// The frame of every page after sign-in: navigation, account, and the place for the page.
import { Activity, ExternalLink, Workflow as WorkflowIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useSetupState } from './api/queries';
import type { Session } from './api/types';
import { useI18n } from './i18n/i18n';
import { AccountMenu } from './session/account-menu';
import { Boundary } from './ui/boundary';
import { cx } from './ui/class-names';
import { LanguageChoice } from './ui/language-choice';
import { Mark } from './ui/mark';

export function Frame({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useI18n();
  const [path] = useLocation();
  return (
    <div className="min-h-dvh pb-16 sm:pb-0 sm:pl-16 xl:pl-58">
      <a
        href="#content"
        className="sr-only z-50 rounded-field bg-ink px-3 py-2 text-canvas focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {t.app.skip}
      </a>
      <header className="sticky top-0 z-30 flex h-14 items-center justify-between gap-3 border-b border-line bg-canvas/90 px-4 backdrop-blur sm:px-6">
        <Link
          to="/workflows"
          className="flex items-center gap-2.5 rounded-field text-lg font-semibold sm:invisible"
        >
          <Mark />
          {t.app.name}
        </Link>
        <div className="flex items-center gap-2">
          <LanguageChoice />
          <AccountMenu session={session} />
        </div>
      </header>
      <Navigation path={path} />
      <main id="content" tabIndex={-1} className="mx-auto max-w-[90rem] px-4 py-6 sm:px-6 xl:px-8">
        <Boundary key={path}>{children}</Boundary>
      </main>
    </div>
  );
}

function Navigation({ path }: { path: string }) {
  const { t } = useI18n();
  return (
    <nav
      aria-label={t.app.nav}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface sm:inset-y-0 sm:right-auto sm:left-0 sm:w-16 sm:flex-col sm:border-t-0 sm:border-r xl:w-58"
    >
      <Link
        to="/workflows"
        aria-label={t.app.name}
        className="hidden h-14 items-center gap-2.5 px-4.5 text-lg font-semibold -outline-offset-2 sm:flex"
      >
        <Mark />
        <span className="hidden xl:inline">{t.app.name}</span>
      </Link>
      <ul className="flex flex-1 gap-1 p-1 sm:flex-col sm:px-2 sm:py-3 xl:px-3">
        <Place
          to="/workflows"
          name={t.app.workflows}
          icon={WorkflowIcon}
          here={path.startsWith('/workflows')}
        />
        <Place to="/runs" name={t.app.runs} icon={Activity} here={path.startsWith('/runs')} />
      </ul>
      <DemoPlaces />
    </nav>
  );
}

type PlaceProps = { to: string; name: string; icon: typeof Activity; here: boolean };

function Place({ to, name, icon: Icon, here }: PlaceProps) {
  return (
    <li className="flex-1 sm:flex-none">
      <Link
        to={to}
        aria-current={here ? 'page' : undefined}
        className={cx(
          'flex h-13 flex-col items-center justify-center gap-0.5 rounded-field text-xs font-medium sm:h-12 sm:text-[0.6875rem] xl:h-10 xl:flex-row xl:justify-start xl:gap-3 xl:px-3 xl:text-base',
          here ? 'bg-accent-soft text-accent-strong' : 'text-soft hover:bg-sunken hover:text-ink',
        )}
      >
        <Icon size={20} aria-hidden="true" />
        <span className="max-w-full truncate sm:sr-only xl:not-sr-only">{name}</span>
      </Link>
    </li>
  );
}

/** The three stand-in apps, at hand on every page while the demo runs. */
function DemoPlaces() {
  const { t } = useI18n();
  const demo = useSetupState().data?.demo;
  if (!demo) return null;
  const places = [
    { to: demo.mailbox, name: t.app.mailbox },
    { to: demo.crm, name: t.app.crm },
    { to: demo.shop, name: t.app.shop },
  ];
  return (
    <div className="hidden border-t border-line p-3 xl:block">
      <p id="demo-apps" className="px-3 pb-1 text-xs font-medium text-soft">
        {t.app.demo}
      </p>
      <ul aria-labelledby="demo-apps">
        {places.map(({ to, name }) => (
          <li key={name}>
            <a
              href={to}
              target="_blank"
              rel="noreferrer"
              className="flex h-8 items-center justify-between rounded-field px-3 text-soft hover:bg-sunken hover:text-ink"
            >
              {name}
              <ExternalLink size={13} aria-hidden="true" />
              <span className="sr-only">({t.app.opensTab})</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
