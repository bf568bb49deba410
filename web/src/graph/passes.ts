// The passes of loops: a graph shows a loop's body once, a run has done it many times.
import type { Step } from '../api/types';

/** Which pass of a loop is shown, by the path the loop has in the run. */
export type Chosen = ReadonlyMap<string, number>;

/** The path in the graph of a path in the run: `each[3]/send` stands at `each[]/send`. */
export function planned(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '[]');
}

/** The passes a path of the run stands in, the outermost first. */
export function passesAround(path: string): { loop: string; index: number }[] {
  return [...path.matchAll(/\[(\d+)\]/g)].map((found) => ({
    loop: path.slice(0, found.index),
    index: Number(found[1]),
  }));
}

/** The passes of a loop of which something is known, in order. */
export function passesOf(steps: readonly Step[], loop: string): number[] {
  const open = `${loop}[`;
  const found = new Set<number>();
  for (const { path } of steps) {
    if (path.startsWith(open)) found.add(Number.parseInt(path.slice(open.length), 10));
  }
  return [...found].sort((a, b) => a - b);
}

const inNeed = ['held', 'failed', 'retrying', 'running', 'waiting'];

/** The pass to show: the chosen one, else one in need or at work, else the last one known. */
export function passShown(steps: readonly Step[], loop: string, chosen: Chosen): number | undefined {
  const known = passesOf(steps, loop);
  const wanted = chosen.get(loop);
  if (wanted !== undefined && known.includes(wanted)) return wanted;
  for (const status of inNeed) {
    const step = steps.find((one) => one.path.startsWith(`${loop}[`) && one.status === status);
    const around = step ? passesAround(step.path).find((pass) => pass.loop === loop) : undefined;
    if (around) return around.index;
  }
  return known.at(-1);
}

/** The path in the run of a path in the graph, in the passes that are shown. */
export function inRun(path: string, steps: readonly Step[], chosen: Chosen): string {
  const pieces = path.split('[]');
  let shown = pieces[0] ?? '';
  for (const piece of pieces.slice(1)) {
    const index = passShown(steps, shown, chosen);
    if (index === undefined) return path;
    shown = `${shown}[${index}]${piece}`;
  }
  return shown;
}
