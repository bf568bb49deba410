// The size gate: gzip weights of what the first page loads, of the canvas, and of the styles.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const kilobyte = 1000;

/** The entry and everything it imports at once. */
function reach(name, seen = new Set()) {
  const chunk = manifest[name];
  if (!chunk || seen.has(name)) return seen;
  seen.add(name);
  for (const imported of chunk.imports ?? []) reach(imported, seen);
  return seen;
}

function weigh(files) {
  return [...new Set(files)].reduce(
    (sum, file) => sum + gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length,
    0,
  );
}

const first = reach('index.html');
const canvas = [...reach('src/canvas/canvas.tsx')].filter((name) => !first.has(name));
if (canvas.length === 0) throw new Error('the canvas is not a chunk of its own');
const chunks = Object.values(manifest);
const budgets = [
  ['first JavaScript', weigh([...first].map((name) => manifest[name].file)), 220],
  ['canvas', weigh(canvas.map((name) => manifest[name].file)), 120],
  ['styles', weigh(chunks.flatMap((chunk) => chunk.css ?? [])), 30],
];

let over = false;
for (const [name, bytes, limit] of budgets) {
  const fits = bytes <= limit * kilobyte;
  over ||= !fits;
  console.log(`${fits ? 'ok  ' : 'OVER'} ${name}: ${(bytes / kilobyte).toFixed(1)} of ${limit} KB gzip`);
}

const page = readFileSync(new URL('index.html', dist), 'utf8');
const faults = [
  [/<script(?![^>]*\ssrc=)[^>]*>/, 'an inline script'],
  [/(?:src|href)="(?!\/)/, 'an address that is not absolute'],
  [/(?:src|href)="(?:https?:)?\/\//, 'an address of another host'],
  [/\son[a-z]+=/, 'an inline handler'],
];
for (const [pattern, what] of faults) {
  if (!pattern.test(page)) continue;
  over = true;
  console.log(`OVER index.html has ${what}, which the content security policy refuses`);
}
process.exit(over ? 1 : 0);
