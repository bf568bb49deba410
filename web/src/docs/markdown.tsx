// Shows the small part of Markdown that the error pages use, as elements and never as HTML text.
import { Fragment, type ReactNode } from 'react';

type Piece =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'text'; text: string };

/** The blocks of a page: headings, fenced code, lists and paragraphs. */
export function pieces(source: string): Piece[] {
  const found: Piece[] = [];
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,4})\s+(.*)$/.exec(line);
    const last = found.at(-1);
    const before = lines[at - 1]?.trim();
    if (line.startsWith('```')) {
      const end = lines.findIndex((one, index) => index > at && one.startsWith('```'));
      const stop = end === -1 ? lines.length : end;
      found.push({ kind: 'code', text: lines.slice(at + 1, stop).join('\n') });
      at = stop;
    } else if (heading) {
      found.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
    } else if (/^\s*([-*]|\d+\.)\s+/.test(line)) {
      const item = line.replace(/^\s*([-*]|\d+\.)\s+/, '');
      if (last?.kind === 'list' && before) last.items.push(item);
      else found.push({ kind: 'list', items: [item] });
    } else if (line.trim()) {
      if (last?.kind === 'text' && before) last.text += ` ${line.trim()}`;
      else if (last?.kind === 'list' && before) last.items.push(`${last.items.pop() ?? ''} ${line.trim()}`);
      else found.push({ kind: 'text', text: line.trim() });
    }
  }
  return found;
}

function inline(text: string): ReactNode {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, at) => {
    const key = `${at}${part}`;
    if (part.startsWith('`') && part.length > 1) {
      return (
        <code key={key} className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.9em]">
          {part.slice(1, -1)}
        </code>
      );
    }
    if (part.startsWith('**') && part.length > 3) return <strong key={key}>{part.slice(2, -2)}</strong>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}

export function Markdown({ source }: { source: string }) {
  return pieces(source).map((piece, at) => {
    const key = `${at}${piece.kind}`;
    if (piece.kind === 'heading') {
      return (
        <h2 key={key} className="mt-6 mb-2 text-lg font-semibold">
          {inline(piece.text)}
        </h2>
      );
    }
    if (piece.kind === 'code') {
      return (
        <pre
          key={key}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard
          tabIndex={0}
          className="my-3 overflow-x-auto rounded-field border border-line bg-sunken p-3 font-mono text-sm"
        >
          {piece.text}
        </pre>
      );
    }
    if (piece.kind === 'list') {
      return (
        <ul key={key} className="my-3 flex list-disc flex-col gap-1.5 pl-5">
          {piece.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      );
    }
    return (
      <p key={key} className="my-3">
        {inline(piece.text)}
      </p>
    );
  });
}
