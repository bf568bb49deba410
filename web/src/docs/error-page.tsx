// The page of an error code: what happened, why, and what to do, from the same files as the manual.
import { useQuery } from '@tanstack/react-query';
import { FileQuestion } from 'lucide-react';
import { useI18n } from '../i18n/i18n';
import { Bone, Loading } from '../ui/loading';
import { Empty } from '../ui/notice';
import { PageHead } from '../ui/page';
import { Markdown } from './markdown';

const pages = import.meta.glob<string>('../../../docs/errors/*.md', { query: '?raw', import: 'default' });

export function ErrorPage({ code }: { code: string }) {
  const { t } = useI18n();
  const load = pages[`../../../docs/errors/${code}.md`];
  const page = useQuery({
    queryKey: ['error-page', code],
    enabled: load !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (load ? await load() : ''),
  });
  if (!load || page.isError) {
    return (
      <>
        <PageHead title={code} />
        <Empty icon={FileQuestion} title={t.state.notFound} text={t.state.notFoundText} />
      </>
    );
  }
  const [, title, rest] = /^#\s+(.*)\n([\s\S]*)$/.exec(page.data ?? '') ?? [];
  return (
    <article lang="en" className="max-w-prose">
      <PageHead key={title} title={title ?? code} />
      {page.data === undefined ? (
        <Loading>
          <Bone className="h-40 w-full" />
        </Loading>
      ) : (
        <Markdown source={rest ?? page.data} />
      )}
    </article>
  );
}
