// What an `approve` step asks, and the answer: a form with Approve and Reject for those who may.
import { UserRoundCheck } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { ApiError } from '../api/client';
import { useDecide } from '../api/steer';
import type { Ask, FormField } from '../api/types';
import type { Catalogue } from '../i18n/en';
import { useI18n } from '../i18n/i18n';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { sentence } from '../ui/notice';
import { Select } from '../ui/select';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

type Values = Record<string, string | boolean>;
type Faults = Record<string, string>;
type Props = { run: string; path: string; ask: Ask };

export function ApprovalForm({ run, path, ask }: Props) {
  const { t } = useI18n();
  const title = useId();
  const decide = useDecide(run);
  const may = useMay('editor');
  const [values, setValues] = useState<Values>({});
  const [faults, setFaults] = useState<Faults>({});
  const answer = (approved: boolean) => {
    const { form, faults: found } = read(ask.form, values, approved, t.ask);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    decide.mutate({ path, approved, form }, { onSuccess: () => toast({ text: t.ask.sent }) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (may) answer(true);
  };
  const busy = decide.isPending || decide.isSuccess;
  return (
    <form
      aria-labelledby={title}
      onSubmit={submit}
      noValidate
      className="mx-4 mb-4 flex flex-col gap-4 rounded-card border border-wait/50 bg-wait-soft/50 p-4"
    >
      <div>
        <h3 id={title} className="flex items-center gap-2 font-semibold">
          <UserRoundCheck size={18} aria-hidden="true" className="text-wait" />
          {t.ask.title}
        </h3>
        <p className="mt-1 text-sm [overflow-wrap:anywhere]">
          {t.ask.to}: {ask.to.join(', ')}
        </p>
      </div>
      {ask.form.map((field) => (
        <Asked
          key={field.name}
          field={field}
          value={values[field.name]}
          fault={faults[field.name]}
          onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look="primary"
          busy={busy && decide.variables?.approved === true}
          refused={may ? null : t.ask.needsRole}
        >
          {t.ask.approve}
        </Button>
        <Button
          look="danger"
          onPress={() => answer(false)}
          busy={busy && decide.variables?.approved === false}
          refused={may ? null : t.ask.needsRole}
        >
          {t.ask.reject}
        </Button>
      </div>
      {decide.isError ? (
        <p role="alert" className="text-bad">
          {t.ask.failed}: {isGone(decide.error) ? t.ask.gone : sentence(decide.error, t)}
        </p>
      ) : null}
    </form>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'S018';
}

type AskedProps = {
  field: FormField;
  value: string | boolean | undefined;
  fault: string | undefined;
  onChange: (value: string | boolean) => void;
};

function Asked({ field, value, fault, onChange }: AskedProps) {
  const { t } = useI18n();
  const label = `${field.label || field.name}${field.required ? ' *' : ''}`;
  if (field.type === 'boolean') {
    return (
      <label className="flex items-center gap-2.5 font-medium">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4.5 accent-accent"
        />
        {label}
      </label>
    );
  }
  if (field.type === 'choice') {
    const none = field.required ? [] : [{ id: nothing, name: t.ask.none }];
    const choices = [...none, ...(field.options ?? []).map((option) => ({ id: option, name: option }))];
    return (
      <div className="flex flex-col gap-1.5">
        <Select
          label={label}
          choices={choices}
          value={typeof value === 'string' && value ? value : nothing}
          onChange={(id) => onChange(id === nothing ? '' : id)}
          placeholder={t.ask.none}
        />
        {fault ? <p className="text-sm text-bad">{fault}</p> : null}
      </div>
    );
  }
  return (
    <Field
      label={label}
      isRequired={field.required}
      inputMode={field.type === 'number' ? 'decimal' : undefined}
      value={typeof value === 'string' ? value : ''}
      onChange={onChange}
      error={fault}
    />
  );
}

const nothing = '\u0000';

/** What was filled in, as the server takes it. Who rejects may leave out what is required. */
export function read(
  fields: FormField[],
  values: Values,
  approved: boolean,
  words: Catalogue['ask'],
): { form: Record<string, unknown>; faults: Faults } {
  const form: Record<string, unknown> = {};
  const faults: Faults = {};
  for (const { name, type, required } of fields) {
    const value = values[name];
    if (type === 'boolean') {
      form[name] = value === true;
      continue;
    }
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '') {
      if (required && approved) faults[name] = words.required;
    } else if (type === 'number') {
      const number = Number(text.replace(',', '.'));
      if (Number.isFinite(number)) form[name] = number;
      else faults[name] = words.notNumber;
    } else {
      form[name] = text;
    }
  }
  return { form, faults };
}
