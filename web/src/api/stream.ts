// Server-sent events: one source that pauses while the page is hidden and comes back by itself.
export type StreamState = 'connecting' | 'live' | 'lost' | 'ended';

export type StreamHandlers = {
  events: Record<string, (data: unknown) => void>;
  onState: (state: StreamState) => void;
  /** The event after which the server has nothing more to say. */
  last?: string;
};

const retryAfter = 5000;

/** Opens `url` and keeps it open until the returned function is called. */
export function openStream(url: string, handlers: StreamHandlers): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const finish = (state: StreamState) => {
    over = true;
    close();
    handlers.onState(state);
  };

  const open = () => {
    close();
    handlers.onState('connecting');
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => handlers.onState('live');
    opened.onerror = () => {
      handlers.onState('lost');
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(open, retryAfter);
    };
    for (const [name, take] of Object.entries(handlers.events)) {
      opened.addEventListener(name, (event) => {
        const value = parse((event as MessageEvent<string>).data);
        if (value !== undefined) take(value);
      });
    }
    if (handlers.last) opened.addEventListener(handlers.last, () => finish('ended'));
  };

  const onVisibility = () => {
    if (over) return;
    if (document.hidden) close();
    else open();
  };

  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) open();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls `flush` at most once an animation frame with what was pushed since. */
export function perFrame<T>(flush: (items: T[]) => void): { push: (item: T) => void; stop: () => void } {
  let waiting: T[] = [];
  let frame = 0;
  return {
    push(item) {
      waiting.push(item);
      if (frame) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        const items = waiting;
        waiting = [];
        flush(items);
      });
    },
    stop() {
      cancelAnimationFrame(frame);
      frame = 0;
      waiting = [];
    },
  };
}
