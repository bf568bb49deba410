// Keeps a crash inside the part of the page where it happened.
import { Component, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n';
import { Button } from './button';
import { copyText } from './copy';

type State = { error: Error | null };

export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Crashed error={error} onRetry={() => this.setState({ error: null })} />;
  }
}

function Crashed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useI18n();
  const report = `${error.name}: ${error.message}\n${location.pathname}\n${error.stack ?? ''}`;
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-3 rounded-card border border-bad/40 bg-surface p-6"
    >
      <h2 className="text-lg font-semibold">{t.state.crashed}</h2>
      <p className="max-w-prose text-soft">{t.state.crashedText}</p>
      <div className="flex gap-2">
        <Button look="primary" onPress={onRetry}>
          {t.state.retry}
        </Button>
        <Button onPress={() => void copyText(report)}>{t.state.report}</Button>
      </div>
    </div>
  );
}
