// The first thing a newcomer sees in the demo: one line to paste, and where to look.
import { ExternalLink, Inbox, Store, UsersRound, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useSetupState } from '../api/queries';
import type { Workflow } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { runPath, runsPath } from '../routes';
import { IconButton } from '../ui/button';
import { CopyButton } from '../ui/copy';
import { sampleBody } from './sample-bodies';
import { curlLine } from './trigger-words';

const remembered = 'cauce.start-hidden';

export function StartCard({ workflows }: { workflows: Workflow[] }) {
  const { t } = useI18n();
  const [body] = useState(() => sampleBody('signup'));
  const demo = useSetupState().data?.demo;
  const [hidden, setHidden] = useState(() => localStorage.getItem(remembered) === 'yes');
  const signup = workflows.find(({ id }) => id === 'signup');
  const hook = signup?.triggers.find((trigger) => trigger.hook_url)?.hook_url;
  if (!demo || !hook || hidden) return null;
  const hide = () => {
    localStorage.setItem(remembered, 'yes');
    setHidden(true);
  };
  const line = curlLine(hook, body);
  const last = signup?.last_run;
  return (
    <section
      aria-labelledby="start-title"
      className="mb-6 rounded-card border border-accent/30 bg-accent-soft/60 p-5 sm:p-6"
    >
      <div className="flex items-start justify-between gap-4">
        <div>
          <h2 id="start-title" className="text-lg font-semibold">
            {t.start.title}
          </h2>
          <p className="mt-1 max-w-prose text-soft">{t.start.text}</p>
        </div>
        <IconButton label={t.start.hide} size="small" onPress={hide}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard
        tabIndex={0}
        className="mt-4 overflow-x-auto rounded-field border border-line bg-surface p-4 font-mono text-[0.8125rem] leading-6"
      >
        {line}
      </pre>
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <CopyButton text={line} label={t.start.copyCommand} look="primary" />
        <Link
          to={last ? runPath(last.id) : runsPath({ workflow: 'signup' })}
          className="inline-flex h-8 items-center rounded-field border border-line-strong/60 bg-surface px-3 font-medium hover:border-line-strong"
        >
          {t.start.seeRuns}
        </Link>
        <span className="mx-1 hidden h-5 border-l border-line-strong/40 sm:block" aria-hidden="true" />
        <Place to={demo.mailbox} name={t.app.mailbox} icon={<Inbox size={16} aria-hidden="true" />} />
        <Place to={demo.crm} name={t.app.crm} icon={<UsersRound size={16} aria-hidden="true" />} />
        <Place to={demo.shop} name={t.app.shop} icon={<Store size={16} aria-hidden="true" />} />
      </div>
      <p className="mt-3 text-sm text-soft">{t.start.apps}</p>
    </section>
  );
}

function Place({ to, name, icon }: { to: string; name: string; icon: React.ReactNode }) {
  const { t } = useI18n();
  return (
    <a
      href={to}
      target="_blank"
      rel="noreferrer"
      className="inline-flex h-8 items-center gap-1.5 rounded-field px-2 font-medium text-accent hover:bg-surface"
    >
      {icon}
      {name}
      <ExternalLink size={13} aria-hidden="true" />
      <span className="sr-only">({t.app.opensTab})</span>
    </a>
  );
}
