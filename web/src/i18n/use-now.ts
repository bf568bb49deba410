// The current time as state, for texts such as "2 minutes ago" and for countdowns.
import { useEffect, useState } from 'react';

/** The time in milliseconds, renewed every `every` ms while `active`. */
export function useNow(every: number, active = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every, active]);
  return now;
}
