// What keeps a workflow's file from being published: a count, and the lines when asked for.

import { ChevronRight, TriangleAlert } from 'lucide-react';
import type { Problem } from '../api/types';
import { useI18n } from '../i18n/i18n';
import { LiteralText } from '../ui/literal-text';

export function ProblemList({ problems }: { problems: Problem[] }) {
  const { t } = useI18n();
  return (
    <details className="group border-t border-warn/30 bg-warn-soft">
      <summary className="flex cursor-pointer list-none items-center gap-2 px-5 py-3 font-medium text-warn -outline-offset-2">
        <TriangleAlert size={16} aria-hidden="true" />
        {t.workflows.problems(problems.length)}
        <ChevronRight
          size={16}
          aria-hidden="true"
          className="transition-transform duration-150 group-open:rotate-90"
        />
      </summary>
      <div className="px-5 pb-4">
        <p className="mb-3 max-w-prose">{t.workflows.problemsText}</p>
        <ul className="flex flex-col gap-3">
          {problems.map((problem) => (
            <li key={`${problem.code}${problem.pointer}${problem.span?.line ?? 0}${problem.message}`}>
              <p className="[overflow-wrap:anywhere]">
                <span className="font-medium">
                  {problem.span
                    ? t.workflows.line(problem.span.line)
                    : t.workflows.severity[problem.severity]}
                  :{' '}
                </span>
                <LiteralText text={problem.message} />{' '}
                <a
                  href={`/docs/errors/${encodeURIComponent(problem.code)}`}
                  className="font-mono text-sm underline underline-offset-4"
                >
                  {problem.code}
                </a>
              </p>
              {problem.hint ? (
                <p className="text-sm">
                  {t.step.hint}: <LiteralText text={problem.hint} />
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}
