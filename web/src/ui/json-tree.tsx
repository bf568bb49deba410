// A JSON value as a tree: folded where it is deep or long, copied as a whole.
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/i18n';
import { cx } from './class-names';
import { CopyIconButton } from './copy';

const firstShown = 100;

type Cut = { bytes: number; start: string };

/** The beginning of a payload that was too large to send whole. */
export function asCut(value: unknown): Cut | null {
  if (value === null || typeof value !== 'object' || !('$cut' in value)) return null;
  const { bytes, start } = value as { bytes?: unknown; start?: unknown };
  return { bytes: Number(bytes ?? 0), start: String(start ?? '') };
}

type File = { file: string; name: string; size: number };

/** A file that the server keeps: the value that flows hand on. */
export function asFile(value: unknown): File | null {
  if (value === null || typeof value !== 'object') return null;
  const { file, name, size } = value as Record<string, unknown>;
  if (typeof file !== 'string' || !/^[0-9a-f]{64}$/.test(file)) return null;
  if (typeof name !== 'string' || typeof size !== 'number') return null;
  return { file, name, size };
}

/** `whole` is where the value comes from in full, should it be cut. */
export function JsonTree({ value, label, whole }: { value: unknown; label: string; whole?: string }) {
  const { t, format } = useI18n();
  const cut = asCut(value);
  const text = cut ? cut.start : JSON.stringify(value, null, 2);
  return (
    <div className="relative rounded-card border border-line bg-sunken/60">
      <div className="absolute top-1.5 right-1.5 z-10 rounded-field bg-surface/80">
        <CopyIconButton text={text} label={t.json.copyValue} />
      </div>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-[32rem] overflow-auto rounded-card p-3 pr-12 font-mono text-[0.8125rem] leading-6"
      >
        {cut ? (
          <>
            <p className="mb-2 font-sans text-sm text-soft">
              {t.step.cut(format.bytes(cut.bytes))}{' '}
              {whole ? (
                <a href={whole} download className="text-accent underline">
                  {t.json.whole}
                </a>
              ) : null}
            </p>
            <pre className="break-all whitespace-pre-wrap">{cut.start}</pre>
          </>
        ) : (
          <>
            <FileLink value={value} />
            <Value value={value} depth={0} name={null} />
          </>
        )}
      </section>
    </div>
  );
}

function FileLink({ value }: { value: unknown }) {
  const { t, format } = useI18n();
  const file = asFile(value);
  return file ? (
    <a
      href={`/api/v1/files/${file.file}`}
      download={file.name}
      className="font-sans text-sm text-accent underline"
    >
      {t.json.download(file.name, format.bytes(file.size))}
    </a>
  ) : null;
}

function Value({ value, depth, name }: { value: unknown; depth: number; name: string | null }) {
  if (value !== null && typeof value === 'object') {
    return <Branch value={value as Record<string, unknown> | unknown[]} depth={depth} name={name} />;
  }
  return (
    <div className="break-words">
      <Key name={name} />
      <Leaf value={value} />
    </div>
  );
}

function Key({ name }: { name: string | null }) {
  return name === null ? null : (
    <>
      <span className="text-soft">{name}</span>
      <span className="text-soft">: </span>
    </>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === 'string') {
    return (
      <span className="text-ok [overflow-wrap:anywhere] whitespace-pre-wrap">{JSON.stringify(value)}</span>
    );
  }
  return <span className={typeof value === 'number' ? 'text-busy' : 'text-wait'}>{String(value)}</span>;
}

function Branch({
  value,
  depth,
  name,
}: {
  value: Record<string, unknown> | unknown[];
  depth: number;
  name: string | null;
}) {
  const { t } = useI18n();
  const list = Array.isArray(value);
  const entries = list ? value.map((item, at) => [String(at), item] as const) : Object.entries(value);
  const [open, setOpen] = useState(depth < 2 || (depth < 4 && entries.length <= 6));
  const [limit, setLimit] = useState(firstShown);
  const id = useId();
  if (entries.length === 0) {
    return (
      <div>
        <Key name={name} />
        <span className="text-soft">{list ? '[ ]' : '{ }'}</span>
      </div>
    );
  }
  const size = list ? t.json.items(entries.length) : t.json.fields(entries.length);
  const shown = name ?? t.json.root;
  return (
    <div>
      {depth === 0 && name === null ? null : (
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          aria-label={`${open ? t.json.collapse(shown) : t.json.expand(shown)}, ${size}`}
          onClick={() => setOpen(!open)}
          className="-ml-1 flex items-center gap-0.5 rounded px-0.5 hover:bg-line/60"
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className={cx('text-soft transition-transform duration-150', open && 'rotate-90')}
          />
          <span className="text-soft">{name}</span>
          {open ? null : <span className="ml-2 text-soft">{size}</span>}
        </button>
      )}
      <ul id={id} hidden={!open} className={cx(depth > 0 && 'ml-1.5 border-l border-line pl-3.5')}>
        {open
          ? entries.slice(0, limit).map(([key, item]) => (
              <li key={key}>
                <Value value={item} depth={depth + 1} name={key} />
                <FileLink value={item} />
              </li>
            ))
          : null}
        {open && entries.length > limit ? (
          <li>
            <button
              type="button"
              onClick={() => setLimit(limit * 4)}
              className="font-sans text-sm text-accent underline"
            >
              {t.json.more(entries.length - limit)}
            </button>
          </li>
        ) : null}
      </ul>
    </div>
  );
}
