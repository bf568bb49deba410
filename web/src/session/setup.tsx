// The first account, made with the one-time link that the server printed.
import { type FormEvent, useState } from 'react';
import { Link, Redirect, useSearch } from 'wouter';
import { ApiError } from '../api/client';
import { useSession, useSetUp, useSetupState } from '../api/queries';
import type { Catalogue } from '../i18n/en';
import { isLanguage, languages, useI18n } from '../i18n/i18n';
import { Button } from '../ui/button';
import { Field, PasswordField } from '../ui/field';
import { sentence } from '../ui/notice';
import { Select } from '../ui/select';
import { Gate } from './gate';
import { leastLength, strengthOf } from './password-strength';

export function Setup() {
  const { t } = useI18n();
  const token = new URLSearchParams(useSearch()).get('token') ?? '';
  const session = useSession();
  const setup = useSetupState();
  if (session.data) return <Redirect to="/workflows" replace />;
  if (setup.data && !setup.data.needed) {
    return (
      <Gate title={t.setup.done} text={t.setup.doneText}>
        <Link
          to="/login"
          className="inline-flex h-10 items-center rounded-field bg-accent px-4 font-medium text-on-accent hover:bg-accent-strong"
        >
          {t.login.submit}
        </Link>
      </Gate>
    );
  }
  if (!token) {
    return (
      <Gate title={t.setup.noLink} text={t.setup.noLinkText}>
        <span />
      </Gate>
    );
  }
  return <SetupForm token={token} />;
}

type Draft = { name: string; email: string; password: string };

function SetupForm({ token }: { token: string }) {
  const { t, language, setLanguage } = useI18n();
  const setUp = useSetUp();
  const [draft, setDraft] = useState<Draft>({ name: '', email: '', password: '' });
  const [touched, setTouched] = useState(false);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const fromServer = setUp.error instanceof ApiError ? setUp.error.fields : {};
  const errors = touched ? faults(draft, t, fromServer) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (Object.keys(faults(draft, t, {})).length > 0 || setUp.isPending) return;
    const request = { token, ...draft, name: draft.name.trim(), email: draft.email.trim(), language };
    setUp.mutate(request);
  };
  return (
    <Gate title={t.setup.title} text={t.setup.text}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {setUp.isError && Object.keys(fromServer).length === 0 ? (
          <p role="alert" className="rounded-field border border-bad/40 bg-bad-soft px-3 py-2 text-bad">
            {setUp.error instanceof ApiError && setUp.error.status === 403
              ? t.setup.usedToken
              : sentence(setUp.error, t)}
          </p>
        ) : null}
        <Field
          label={t.setup.name}
          name="name"
          autoComplete="name"
          autoFocus
          value={draft.name}
          onChange={(name) => set({ name })}
          error={errors.name}
        />
        <Field
          label={t.setup.email}
          type="email"
          name="email"
          autoComplete="username"
          value={draft.email}
          onChange={(email) => set({ email })}
          error={errors.email}
        />
        <PasswordField
          label={t.setup.password}
          name="password"
          autoComplete="new-password"
          value={draft.password}
          onChange={(password) => set({ password })}
          error={errors.password}
          help={<PasswordHelp password={draft.password} />}
          show={t.login.show}
          hide={t.login.hide}
        />
        <Select
          label={t.setup.language}
          choices={languages}
          value={language}
          onChange={(id) => isLanguage(id) && setLanguage(id)}
        />
        <Button type="submit" look="primary" busy={setUp.isPending}>
          {setUp.isPending ? t.setup.submitting : t.setup.submit}
        </Button>
      </form>
    </Gate>
  );
}

function PasswordHelp({ password }: { password: string }) {
  const { t } = useI18n();
  if (!password) return t.setup.passwordHint;
  return `${t.setup.strengthLabel}: ${t.setup.strength[strengthOf(password)]}. ${t.setup.passwordHint}`;
}

function faults(draft: Draft, t: Catalogue, fromServer: Record<string, string>): Partial<Draft> {
  const found: Partial<Draft> = {};
  if (!draft.name.trim() || fromServer.name) found.name = t.setup.required;
  if (!/^[^\s@]+@[^\s@]+$/.test(draft.email.trim()) || fromServer.email) found.email = t.setup.badEmail;
  if ([...draft.password].length < leastLength || fromServer.password) found.password = t.setup.tooShort;
  return found;
}
