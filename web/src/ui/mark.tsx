// The sign of Cauce: two streams in one bed.
import mark from './mark.svg';

export function Mark({ size = 28 }: { size?: number }) {
  return <img src={mark} alt="" width={size} height={size} className="shrink-0" />;
}
