// The status word of a run: stopping early on purpose has a word of its own.
import type { RunRow } from '../api/types';
import type { AnyStatus } from '../ui/status';

export function runStatus(run: Pick<RunRow, 'status' | 'reason'>): AnyStatus {
  return run.status === 'succeeded' && run.reason ? 'stopped' : run.status;
}
