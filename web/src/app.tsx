// Which page stands at which address, and who may see it.
import { MapPinOff } from 'lucide-react';
import { useEffect } from 'react';
import { Link, Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { useSession } from './api/queries';
import { ErrorPage } from './docs/error-page';
import { Frame } from './frame';
import { isLanguage, languageWasChosen, useI18n } from './i18n/i18n';
import { loginPath, patterns } from './routes';
import { RunList } from './runs/run-list';
import { RunPage } from './runs/run-page';
import { Login } from './session/login';
import { Setup } from './session/setup';
import { Empty, Failure } from './ui/notice';
import { usePageTitle } from './ui/page';
import { Toasts } from './ui/toast';
import { WorkflowList } from './workflows/workflow-list';

export function App() {
  return (
    <>
      <Switch>
        <Route path={patterns.setup} component={Setup} />
        <Route path={patterns.login} component={Login} />
        <Route component={Inside} />
      </Switch>
      <Toasts />
    </>
  );
}

/** Everything that needs a session: without one the way leads to sign-in and back here. */
function Inside() {
  const { t } = useI18n();
  const session = useSession();
  const [path] = useLocation();
  const search = useSearch();
  useAccountLanguage(session.data?.user.language);
  if (session.isPending) return null;
  if (session.data === null) return <Redirect to={loginPath(search ? `${path}?${search}` : path)} replace />;
  if (!session.data) {
    return (
      <main className="mx-auto max-w-xl px-4 py-16">
        <Failure title={t.error.unknown} error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  return (
    <Frame session={session.data}>
      <Switch>
        <Route path={patterns.home}>
          <Redirect to={patterns.workflows} replace />
        </Route>
        <Route path={patterns.workflows} component={WorkflowList} />
        <Route path={patterns.runs} component={RunList} />
        <Route path={patterns.run}>
          {({ id }) => <RunPage key={id} id={decodeURIComponent(id ?? '')} />}
        </Route>
        <Route path={patterns.error}>{({ code }) => <ErrorPage key={code} code={code ?? ''} />}</Route>
        <Route component={NotFound} />
      </Switch>
    </Frame>
  );
}

/** On a device where nobody has chosen yet, the account's language counts. */
function useAccountLanguage(language: string | undefined) {
  const { setLanguage, language: shown } = useI18n();
  useEffect(() => {
    if (isLanguage(language) && !languageWasChosen() && language !== shown) setLanguage(language);
  }, [language, shown, setLanguage]);
}

function NotFound() {
  const { t } = useI18n();
  const heading = usePageTitle(t.state.notFound);
  const back = (
    <Link to={patterns.workflows} className="font-medium text-accent underline underline-offset-4">
      {t.state.toWorkflows}
    </Link>
  );
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        {t.state.notFound}
      </h1>
      <Empty icon={MapPinOff} title={t.state.notFound} text={t.state.notFoundText} action={back} />
    </>
  );
}
