// Sign-in: errors never tell whether an account exists, and afterwards the way goes on where it broke off.
import { type FormEvent, useState } from 'react';
import { Redirect, useSearch } from 'wouter';
import { ApiError } from '../api/client';
import { useSession, useSetupState, useSignIn } from '../api/queries';
import type { Catalogue } from '../i18n/en';
import { useI18n } from '../i18n/i18n';
import { returnPath } from '../routes';
import { Button } from '../ui/button';
import { Field, PasswordField } from '../ui/field';
import { sentence } from '../ui/notice';
import { Gate } from './gate';

export function Login() {
  const { t } = useI18n();
  const search = useSearch();
  const session = useSession();
  const setup = useSetupState();
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [touched, setTouched] = useState(false);

  if (session.data) return <Redirect to={returnPath(search)} replace />;
  if (setup.data?.needed) {
    return (
      <Gate title={t.setup.noLink} text={t.setup.noLinkText}>
        <span />
      </Gate>
    );
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (!email.trim() || !password || signIn.isPending) return;
    signIn.mutate({ email: email.trim(), password });
  };
  const missing = (value: string) => (touched && !value.trim() ? t.setup.required : null);
  const cameBack = new URLSearchParams(search).has('from');
  return (
    <Gate title={t.login.title} text={cameBack ? t.login.expired : undefined}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {signIn.isError ? (
          <p role="alert" className="rounded-field border border-bad/40 bg-bad-soft px-3 py-2 text-bad">
            {loginError(signIn.error, t)}
          </p>
        ) : null}
        <Field
          label={t.login.email}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={setEmail}
          error={missing(email)}
        />
        <PasswordField
          label={t.login.password}
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={missing(password)}
          show={t.login.show}
          hide={t.login.hide}
        />
        <Button type="submit" look="primary" busy={signIn.isPending}>
          {signIn.isPending ? t.login.submitting : t.login.submit}
        </Button>
      </form>
    </Gate>
  );
}

function loginError(error: unknown, t: Catalogue): string {
  if (error instanceof ApiError && error.status === 401) return t.login.wrong;
  if (error instanceof ApiError && error.status === 429) return t.login.locked(error.retryAfter);
  return sentence(error, t);
}
