// The shapes that travel: the generated ones, with the closed sets of words that the schema writes as text.
import type { components, paths } from './generated';

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : never;
type Ok<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } } ? Json<R> : never;
/** `Base` with some fields told more closely. */
type Closer<Base, Fields> = Omit<Base, keyof Fields> & Fields;

type SessionOnWire = Ok<'/api/v1/session'>['session'];
type WorkflowOnWire = Ok<'/api/v1/workflows'>['workflows'][number];
type GraphOnWire = Ok<'/api/v1/workflows/{id}/versions/{version}/graph'>['graph'];
type RowOnWire = Ok<'/api/v1/runs'>['runs'][number];
type RunOnWire = Ok<'/api/v1/runs/{id}'>['run'];
type StepOnWire = RunOnWire['steps'][number];

export type Role = 'viewer' | 'editor' | 'publisher' | 'admin';
export type RunStatus = 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'failed' | 'cancelled';
export type StepStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'held'
  | 'succeeded'
  | 'failed'
  | 'skipped';
export type HoldReason = 'exhausted' | 'in_doubt' | 'needs_login' | 'poison' | 'asked';
export type ResumeChoice = 'again' | 'happened' | 'skip';
export type NodeKind =
  | 'trigger'
  | 'use'
  | 'set'
  | 'if'
  | 'switch'
  | 'for_each'
  | 'repeat'
  | 'parallel'
  | 'wait'
  | 'wait_for'
  | 'approve'
  | 'call'
  | 'stop'
  | 'join'
  | 'end';
export type BranchStatus = 'succeeded' | 'failed' | 'skipped' | 'cancelled';
export type FieldType = 'text' | 'number' | 'boolean' | 'choice';

export type Session = { user: Closer<SessionOnWire['user'], { role: Role }> };
export type SetupState = Ok<'/api/v1/setup'>['setup'];
export type Problem = Closer<WorkflowOnWire['problems'][number], { severity: 'error' | 'warning' }>;
export type TriggerSummary = WorkflowOnWire['triggers'][number];
export type LastRun = Closer<NonNullable<WorkflowOnWire['last_run']>, { status: RunStatus }>;
export type Workflow = Closer<
  WorkflowOnWire,
  { managed: 'folder' | 'server'; problems: Problem[]; last_run?: LastRun | null }
>;
export type GraphNode = Closer<GraphOnWire['nodes'][number], { kind: NodeKind }>;
export type GraphEdge = GraphOnWire['edges'][number];
export type Graph = { nodes: GraphNode[]; edges: GraphEdge[] };
export type RunRow = Closer<RowOnWire, { status: RunStatus; hold_reason?: HoldReason | null }>;
export type RunsPage = { runs: RunRow[]; next?: string | null };
export type Passes = NonNullable<StepOnWire['passes']>;
export type Branch = Closer<NonNullable<StepOnWire['branches']>[number], { status?: BranchStatus | null }>;
export type FormField = Closer<NonNullable<StepOnWire['ask']>['form'][number], { type: FieldType }>;
export type Ask = Closer<NonNullable<StepOnWire['ask']>, { form: FormField[] }>;
export type Step = Closer<
  StepOnWire,
  { status: StepStatus; hold_reason?: HoldReason | null; branches?: Branch[]; ask?: Ask | null }
>;
export type StepError = NonNullable<StepOnWire['error']>;
export type Run = Closer<RunOnWire, { status: RunStatus; hold_reason?: HoldReason | null; steps: Step[] }>;
export type ProblemDetails = components['schemas']['ProblemDetails'] & { request_id?: string };
