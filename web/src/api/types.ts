// The shapes that travel, taken from the generated paths so that a renamed schema breaks nothing.
import type { paths } from './generated';

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : never;
type Ok<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } } ? Json<R> : never;
type ProblemOf<R> = R extends { content: { 'application/problem+json': infer Body } } ? Body : never;

export type Session = Ok<'/api/v1/session'>['session'];
export type Role = Session['user']['role'];
export type SetupState = Ok<'/api/v1/setup'>['setup'];
export type DemoPlaces = NonNullable<SetupState['demo']>;
export type Workflow = Ok<'/api/v1/workflows'>['workflows'][number];
export type WorkflowDetail = Ok<'/api/v1/workflows/{id}'>['workflow'];
export type TriggerSummary = Workflow['triggers'][number];
export type Problem = Workflow['problems'][number];
export type Graph = WorkflowDetail['graph'];
export type GraphNode = Graph['nodes'][number];
export type GraphEdge = Graph['edges'][number];
export type RunRow = Ok<'/api/v1/runs'>['runs'][number];
export type RunsPage = Ok<'/api/v1/runs'>;
export type Run = Ok<'/api/v1/runs/{id}'>['run'];
export type RunStatus = Run['status'];
export type HoldReason = NonNullable<Run['hold_reason']>;
export type Step = Run['steps'][number];
export type StepStatus = Step['status'];
export type Attempt = Step['failures'][number];
export type StepError = NonNullable<Step['error']>;
export type ProblemDetails = ProblemOf<paths['/api/v1/session']['get']['responses'][401]>;
export type ResumeChoice = 'again' | 'happened' | 'skip';
