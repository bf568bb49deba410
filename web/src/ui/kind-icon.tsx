// A drawing for each kind of step.
import {
  Clock,
  Columns3,
  Flag,
  GitFork,
  Globe,
  ListChecks,
  type LucideIcon,
  Mail,
  MailCheck,
  OctagonX,
  PenLine,
  Radio,
  Repeat2,
  ScrollText,
  Send,
  Signpost,
  UserRoundCheck,
  Workflow,
  Zap,
} from 'lucide-react';
import type { GraphNode } from '../api/types';

const actions: Record<string, LucideIcon> = {
  'http.request': Globe,
  'email.send': Mail,
  'email.verify': MailCheck,
  'data.log': ScrollText,
  'event.emit': Send,
};

const kinds: Record<GraphNode['kind'], LucideIcon> = {
  trigger: Zap,
  use: Zap,
  set: PenLine,
  if: GitFork,
  switch: Signpost,
  for_each: ListChecks,
  repeat: Repeat2,
  parallel: Columns3,
  wait: Clock,
  wait_for: Radio,
  approve: UserRoundCheck,
  call: Workflow,
  stop: OctagonX,
  join: Flag,
  end: Flag,
};

export function KindIcon({
  kind,
  use,
  size = 18,
}: {
  kind: GraphNode['kind'];
  use?: string | null;
  size?: number;
}) {
  const Icon = actions[(use ?? '').split('@')[0] ?? ''] ?? (kind === 'use' ? Send : kinds[kind]);
  return <Icon size={size} aria-hidden="true" />;
}
