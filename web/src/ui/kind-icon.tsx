// A drawing for each kind of step.
import {
  Clock,
  Flag,
  GitFork,
  Globe,
  type LucideIcon,
  Mail,
  MailCheck,
  OctagonX,
  PenLine,
  ScrollText,
  Send,
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
  wait: Clock,
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
