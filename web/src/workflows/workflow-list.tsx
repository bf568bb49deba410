// The page of all workflows: on or off, what starts them, how the last run went, what is wrong.
import { Workflow as WorkflowIcon } from 'lucide-react';
import { useWorkflows } from '../api/queries';
import { useListStream } from '../api/use-stream';
import { useI18n } from '../i18n/i18n';
import { LiveDot } from '../ui/live-dot';
import { Bone, Loading } from '../ui/loading';
import { Empty, Failure } from '../ui/notice';
import { PageHead } from '../ui/page';
import { StartCard } from './start-card';
import { WorkflowCard } from './workflow-card';

export function WorkflowList() {
  const { t } = useI18n();
  const stream = useListStream(null);
  const workflows = useWorkflows(stream === 'live');
  return (
    <>
      <PageHead title={t.workflows.title} aside={<LiveDot state={stream} />} />
      {workflows.isPending ? (
        <Loading onRetry={() => void workflows.refetch()}>
          <div className="flex flex-col gap-3">
            {[0, 1, 2].map((row) => (
              <div key={row} className="rounded-card border border-line bg-surface p-5">
                <Bone className="mb-3 h-5 w-48" />
                <Bone className="mb-5 h-4 w-80 max-w-full" />
                <Bone className="h-4 w-56" />
              </div>
            ))}
          </div>
        </Loading>
      ) : !workflows.data ? (
        <Failure
          title={t.workflows.failed}
          error={workflows.error}
          onRetry={() => void workflows.refetch()}
        />
      ) : workflows.data.length === 0 ? (
        <Empty icon={WorkflowIcon} title={t.workflows.empty} text={t.workflows.emptyText} />
      ) : (
        <>
          <StartCard workflows={workflows.data} />
          <ul className="flex flex-col gap-3">
            {workflows.data.map((workflow) => (
              <WorkflowCard key={workflow.id} workflow={workflow} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
