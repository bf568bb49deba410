// The graph of a run, read-only: one tab stop, arrow keys between cards, Enter opens a step.
import '@xyflow/react/dist/base.css';
import {
  Background,
  type Edge,
  type Node,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { LocateFixed, Maximize, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Graph, NodeKind } from '../api/types';
import { type Layout, layoutOf, type Placed } from '../graph/layout';
import { isArrow, neighbour } from '../graph/neighbours';
import { edgeKey, openable, type Paint } from '../graph/paint';
import { routeOf } from '../graph/route';
import type { Catalogue } from '../i18n/en';
import { useI18n } from '../i18n/i18n';
import { IconButton } from '../ui/button';
import { CanvasContext, type CanvasState } from './canvas-context';
import { CardNode, EndNode, FrameNode, JoinNode } from './card-node';
import { RouteEdge } from './route-edge';
import { useFollow } from './use-follow';

const nodeTypes = { card: CardNode, join: JoinNode, end: EndNode, frame: FrameNode };
const edgeTypes = { route: RouteEdge };

export type CanvasProps = {
  graph: Graph;
  paint: Paint;
  selected: string | null;
  /** The card at work, which the view follows while the run goes on. */
  active: string | null;
  onOpen: (path: string) => void;
};

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ graph, paint, selected, active, onOpen }: CanvasProps) {
  const { t } = useI18n();
  const flow = useReactFlow();
  const wrapper = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => layoutOf(graph), [graph]);
  const places = useMemo(() => new Map(layout.placed.map((place) => [place.path, place])), [layout]);
  const nodes = useMemo(() => toNodes(graph, places, layout), [graph, places, layout]);
  const edges = useEdges(graph, places, layout.ways, paint);
  const order = useMemo(() => openable(graph).flatMap(({ path }) => places.get(path) ?? []), [graph, places]);
  const [focused, setFocused] = useState<string | null>(null);
  const stop = focused ?? selected ?? order[0]?.path ?? '';
  const { following, follow, release } = useFollow(active, places, wrapper);

  const state = useMemo<CanvasState>(
    () => ({
      nodes: new Map(graph.nodes.map((node) => [node.path, node])),
      numbers: new Map(order.map((place, at) => [place.path, at + 1])),
      paint,
      selected,
      stop,
      focus: setFocused,
      open: onOpen,
    }),
    [graph, order, paint, selected, stop, onOpen],
  );

  // React Flow calls itself an application, which would take the reading keys away.
  useEffect(() => {
    const pane = wrapper.current?.querySelector('.react-flow');
    pane?.setAttribute('role', 'region');
    pane?.setAttribute('aria-label', t.run.canvas);
  }, [t]);

  const onKeyDown = (event: KeyboardEvent) => {
    const from = (event.target as HTMLElement).dataset.path;
    if (!from || !isArrow(event.key)) return;
    event.preventDefault();
    const next = neighbour(order, from, event.key);
    setFocused(next);
    wrapper.current
      ?.querySelector<HTMLElement>(`[data-path="${CSS.escape(next)}"]`)
      ?.focus({ preventScroll: true });
    release();
    const place = places.get(next);
    if (place) {
      const zoom = Math.max(flow.getZoom(), 0.75);
      void flow.setCenter(place.x + place.width / 2, place.y + place.height / 2, { zoom, duration: 160 });
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: catches the arrow keys of the cards inside
    <div ref={wrapper} onKeyDown={onKeyDown} className="h-full">
      <CanvasContext value={state}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          disableKeyboardA11y
          panOnScroll
          zoomOnDoubleClick={false}
          minZoom={0.25}
          maxZoom={1.5}
          fitView
          fitViewOptions={{ maxZoom: 1, minZoom: 0.6, padding: '16px' }}
          onMoveStart={(event) => event && release()}
          onlyRenderVisibleElements={graph.nodes.length > 150}
        >
          <Background gap={20} size={1.2} color="var(--line)" />
          <Controls onFollow={active && !following ? follow : null} />
        </ReactFlow>
      </CanvasContext>
    </div>
  );
}

function Controls({ onFollow }: { onFollow: (() => void) | null }) {
  const { t } = useI18n();
  const flow = useReactFlow();
  const fit = useCallback(() => void flow.fitView({ maxZoom: 1, padding: '16px', duration: 180 }), [flow]);
  return (
    <Panel
      position="bottom-left"
      className="!m-3 flex rounded-field border border-line bg-surface shadow-card"
    >
      <IconButton size="small" label={t.run.zoomIn} onPress={() => void flow.zoomIn({ duration: 120 })}>
        <Plus size={16} aria-hidden="true" />
      </IconButton>
      <IconButton size="small" label={t.run.zoomOut} onPress={() => void flow.zoomOut({ duration: 120 })}>
        <Minus size={16} aria-hidden="true" />
      </IconButton>
      <IconButton size="small" label={t.run.fit} onPress={fit}>
        <Maximize size={16} aria-hidden="true" />
      </IconButton>
      {onFollow ? (
        <IconButton size="small" label={t.run.follow} onPress={onFollow}>
          <LocateFixed size={16} aria-hidden="true" />
        </IconButton>
      ) : null}
    </Panel>
  );
}

function toNodes(graph: Graph, places: Map<string, Placed>, { frames }: Layout): Node[] {
  const around = frames.map(({ path, x, y, width, height }) => ({
    id: `frame:${path}`,
    type: 'frame',
    position: { x, y },
    width,
    height,
    data: {},
    selectable: false,
    // Under the lines, which are drawn under the cards.
    zIndex: -1,
  }));
  const cards = graph.nodes.flatMap((node) => {
    const place = places.get(node.path);
    if (!place) return [];
    const { x, y, width, height } = place;
    const type = node.kind === 'join' || node.kind === 'end' ? node.kind : 'card';
    return { id: node.path, type, position: { x, y }, width, height, data: {}, selectable: false };
  });
  return [...around, ...cards];
}

function useEdges(
  graph: Graph,
  places: Map<string, Placed>,
  ways: Map<string, number>,
  paint: Paint,
): Edge[] {
  const { t } = useI18n();
  const kinds = useMemo(() => new Map(graph.nodes.map(({ path, kind }) => [path, kind])), [graph]);
  return useMemo(
    () =>
      // What was taken comes last, so that it is drawn over what was not.
      inPaintOrder(graph, paint).flatMap((edge) => {
        const from = places.get(edge.from);
        const to = places.get(edge.to);
        if (!from || !to) return [];
        const id = edgeKey(edge);
        const taken = paint.taken.has(id);
        // The way past a loop is worth a line only when it was taken: there were no items.
        if (edge.label === 'empty' && !taken) return [];
        const data = {
          route: routeOf(edge, from, to, ways.get(id)),
          text: wayWord(edge, kinds.get(edge.from), t.run),
          taken,
          error: edge.label === 'error' || edge.label === 'timeout',
        };
        return { id, source: edge.from, target: edge.to, type: 'route', data };
      }),
    [graph, kinds, places, ways, paint, t],
  );
}

/** People read "Yes" and "No" on a decision and "Case 2" on a switch, not the keys of the file. */
function wayWord(
  { label }: Graph['edges'][number],
  from: NodeKind | undefined,
  { branch }: Catalogue['run'],
): string | null {
  if (!label) return null;
  if (from === 'parallel' && label !== 'error' && label !== 'skip') return label;
  if (from === 'switch' && /^\d+$/.test(label)) return branch.case(Number(label));
  if (from === 'switch' && label === 'else') return branch.otherwise;
  const words: [string, string][] = [
    ['then', branch.yes],
    ['else', branch.no],
    ['error', branch.error],
    ['timeout', branch.timeout],
    ['skip', branch.skip],
    ['each', from === 'repeat' ? branch.pass : branch.each],
    ['again', branch.again],
    ['empty', branch.empty],
    ['finally', branch.finally],
  ];
  return new Map(words).get(label) ?? label;
}

function inPaintOrder(graph: Graph, paint: Paint): Graph['edges'] {
  return graph.edges.toSorted(
    (a, b) => Number(paint.taken.has(edgeKey(a))) - Number(paint.taken.has(edgeKey(b))),
  );
}
