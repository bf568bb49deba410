// A test event: what a flow that listens to a name would get, sent by hand.
import { Send } from 'lucide-react';
import { useState } from 'react';
import { Label } from 'react-aria-components/Label';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { usePublishEvent } from '../api/steer';
import { useI18n } from '../i18n/i18n';
import { Button } from '../ui/button';
import { Question } from '../ui/dialog';
import { Field } from '../ui/field';
import { sentence } from '../ui/notice';
import { toast } from '../ui/toast';
import { useMay } from '../ui/use-may';

export function SendEvent({ name }: { name: string }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const may = useMay('editor');
  return (
    <>
      <Button size="small" onPress={() => setOpen(true)} refused={may ? null : t.workflows.sendNeedsRole}>
        <Send size={14} aria-hidden="true" />
        {t.workflows.sendEvent}
      </Button>
      {open ? <Sheet event={name} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Sheet({ event, onClose }: { event: string; onClose: () => void }) {
  const { t } = useI18n();
  const [name, setName] = useState(event);
  const [text, setText] = useState('{}');
  const [broken, setBroken] = useState(false);
  const publish = usePublishEvent();
  const send = () => {
    const data = parsed(text);
    setBroken(data === undefined);
    if (data === undefined) return;
    publish.mutate(
      { name: name.trim(), data },
      {
        onSuccess: () => {
          toast({ text: t.workflows.sent });
          onClose();
        },
      },
    );
  };
  return (
    <Question
      title={t.workflows.sendTitle}
      open
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t.workflows.sendNo}</Button>
          <Button look="primary" onPress={send} busy={publish.isPending}>
            {t.workflows.sendYes}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-ink">
        <p className="text-soft">{t.workflows.sendText(name)}</p>
        <Field label={t.workflows.sendName} value={name} onChange={setName} spellCheck="false" />
        <TextField value={text} onChange={setText} isInvalid={broken} className="flex flex-col gap-1.5">
          <Label className="font-medium">{t.workflows.sendData}</Label>
          <TextArea
            rows={6}
            spellCheck="false"
            className="w-full min-w-0 rounded-field border border-line-strong bg-surface p-3 font-mono text-sm text-ink hover:border-ink/60 data-[invalid]:border-bad"
          />
        </TextField>
        {broken ? (
          <p role="alert" className="text-sm text-bad">
            {t.workflows.sendBadJson}
          </p>
        ) : null}
        {publish.isError ? (
          <p role="alert" className="text-bad">
            {t.workflows.sendFailed}: {sentence(publish.error, t)}
          </p>
        ) : null}
      </div>
    </Question>
  );
}

/** The JSON of a text; nothing where it is none. An empty text is an empty object. */
function parsed(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
