// A step's name on its button, with its number for those who hear the button instead of seeing its place.
import { useI18n } from '../i18n/i18n';

type Props = {
  number: number;
  name: string;
  /** Said after the name where no text beside it says the state. */
  state?: string;
};

export function StepName({ number, name, state }: Props) {
  const { t } = useI18n();
  return (
    <>
      <span className="sr-only">{`${t.step.number(number)}, `}</span>
      {name}
      <span className="sr-only">{state ? `, ${state}, ` : ', '}</span>
    </>
  );
}
