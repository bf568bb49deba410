// The switch of a workflow: it shows On only when the server has said so.
import { useSwitchWorkflow } from '../api/queries';
import type { Workflow } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { Explained } from '../ui/button';
import { sentence } from '../ui/notice';
import { Switch } from '../ui/switch';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

export function OnSwitch({ workflow }: { workflow: Workflow }) {
  const { t } = useI18n();
  const change = useSwitchWorkflow();
  const may = useMay('publisher');
  const name = workflow.name || workflow.id;
  const flip = (on: boolean) => {
    if (!may || change.isPending) return;
    const text = on ? t.workflows.turnedOn(name) : t.workflows.turnedOff(name);
    change.mutate({ id: workflow.id, on }, { onSuccess: () => toast({ text }) });
  };
  const word = change.isPending ? t.workflows.switching : workflow.on ? t.workflows.on : t.workflows.off;
  return (
    <div className="flex shrink-0 flex-col items-end gap-1">
      <div className="flex items-center gap-2.5">
        <span aria-hidden="true" className={workflow.on ? 'font-medium text-ink' : 'text-soft'}>
          {word}
        </span>
        <Explained text={may ? null : t.workflows.needsRole}>
          <Switch
            label={t.workflows.switchLabel(name)}
            on={workflow.on}
            busy={change.isPending || !may}
            onChange={flip}
          />
        </Explained>
      </div>
      {change.isError ? (
        <p role="alert" className="max-w-64 text-right text-sm text-bad">
          {t.workflows.switchFailed(name)}: {sentence(change.error, t)}
        </p>
      ) : null}
    </div>
  );
}
