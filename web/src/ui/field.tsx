// Text fields with label, help and error; the password field can be shown.
import { Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';
import { cx } from './class-names';

export const inputLook =
  'h-10 w-full min-w-0 rounded-field border border-line-strong bg-surface px-3 text-ink placeholder:text-soft hover:border-ink/60 outline-offset-2 data-[invalid]:border-bad';

type FieldProps = Omit<TextFieldProps, 'className' | 'children' | 'style'> & {
  label: string;
  help?: ReactNode;
  error?: string | null;
};

export function Field({ label, help, error, ...rest }: FieldProps) {
  return (
    <TextField
      {...rest}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className="font-medium">{label}</Label>
      <Input className={inputLook} />
      <FieldNotes help={help} error={error} />
    </TextField>
  );
}

export function PasswordField({
  label,
  help,
  error,
  show,
  hide,
  ...rest
}: FieldProps & { show: string; hide: string }) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <TextField
      {...rest}
      type={shown ? 'text' : 'password'}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className="font-medium">{label}</Label>
      <div className="relative">
        <Input className={cx(inputLook, 'pr-11')} spellCheck="false" autoCapitalize="none" />
        <AriaButton
          aria-label={shown ? hide : show}
          onPress={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 grid w-9 place-items-center rounded text-soft hover:bg-sunken hover:text-ink"
        >
          <Icon size={18} aria-hidden="true" />
        </AriaButton>
      </div>
      <FieldNotes help={help} error={error} />
    </TextField>
  );
}

function FieldNotes({ help, error }: { help?: ReactNode; error?: string | null }) {
  return (
    <>
      {help ? (
        <Text slot="description" className="text-sm text-soft">
          {help}
        </Text>
      ) : null}
      {error ? <FieldError className="text-sm text-bad">{error}</FieldError> : null}
    </>
  );
}
