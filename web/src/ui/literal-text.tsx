// Server sentences carry literals in backticks; people see them as code.
import { Fragment } from 'react';

export function LiteralText({ text }: { text: string }) {
  return text.split(/(`[^`]+`)/).map((part, at) => {
    const key = `${at}${part}`;
    if (!part.startsWith('`') || part.length < 3) return <Fragment key={key}>{part}</Fragment>;
    return (
      <code key={key} className="font-mono text-[0.93em]">
        {part.slice(1, -1)}
      </code>
    );
  });
}
