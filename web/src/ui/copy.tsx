// Copy buttons that say when they have copied.
import { Check, Copy as CopyIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n';
import { Button, IconButton } from './button';
import { toast } from './toast';

/** Puts text on the clipboard, also where the clipboard API is refused (plain http). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

function useCopy(text: string): [boolean, () => void] {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const run = async () => {
    if (await copyText(text)) {
      setCopied(true);
      toast({ text: t.state.copied, quiet: true });
    }
  };
  return [copied, run];
}

export function CopyIconButton({ text, label }: { text: string; label: string }) {
  const [copied, run] = useCopy(text);
  return (
    <IconButton label={label} size="small" onPress={run}>
      {copied ? (
        <Check size={16} aria-hidden="true" className="text-ok" />
      ) : (
        <CopyIcon size={16} aria-hidden="true" />
      )}
    </IconButton>
  );
}

export function CopyButton({
  text,
  label,
  look = 'plain',
}: {
  text: string;
  label: string;
  look?: 'plain' | 'primary';
}) {
  const { t } = useI18n();
  const [copied, run] = useCopy(text);
  const Icon = copied ? Check : CopyIcon;
  return (
    <Button look={look} size="small" onPress={run}>
      <Icon size={16} aria-hidden="true" />
      {copied ? t.state.copied : label}
    </Button>
  );
}
