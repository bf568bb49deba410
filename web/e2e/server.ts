// Starts the real binary with its demo on a free port and a fresh folder, and stops it by its process id.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const shipped = new URL('../../workflows', import.meta.url).pathname;
/** Flows that need what the shipped ones do not show. */
export const journeyFlows = new URL('flows', import.meta.url).pathname;
const patience = 30_000;

export type Server = {
  address: string;
  setupLink: string;
  shop: string;
  crm: string;
  mailbox: string;
  stop: () => Promise<void>;
};

const wanted = {
  address: /listening on (http:\/\/\S+)/,
  setupLink: /(http:\/\/\S+\/setup\?token=\S+)/,
  shop: /demo shop (http:\/\/\S+)/,
  crm: /demo crm (http:\/\/\S+)/,
  mailbox: /demo mailbox (http:\/\/\S+)/,
};

export async function startServer(workflows = shipped): Promise<Server> {
  const binary = process.env.CAUCE_BIN;
  if (!binary) throw new Error('CAUCE_BIN must be the path of the cauce binary');
  const data = await mkdtemp(join(tmpdir(), 'cauce-e2e-'));
  const flags = ['--demo', '--listen', '127.0.0.1:0', '--data', data, '--workflows', workflows];
  const child = spawn(binary, ['serve', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    await end(child);
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { ...(await places(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the addresses the server prints; resolves when all of them have come. */
function places(child: ChildProcess): Promise<Omit<Server, 'stop'>> {
  return new Promise((resolve, reject) => {
    let text = '';
    let complaints = '';
    const fail = (why: string) => reject(new Error(`${why}\n--- stdout\n${text}\n--- stderr\n${complaints}`));
    const timer = setTimeout(() => fail('the server did not print all its addresses in time'), patience);
    child.stderr?.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-8000);
    });
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      const found = Object.entries(wanted).map(([name, pattern]) => [name, pattern.exec(text)?.[1]] as const);
      if (found.some(([, place]) => place === undefined)) return;
      clearTimeout(timer);
      const all = Object.fromEntries(found.map(([name, place]) => [name, place?.replace(/\/$/, '')]));
      resolve(all as Omit<Server, 'stop'>);
    });
    child.on('error', (error) => fail(`the server did not start: ${error.message}`));
    child.on('exit', (code) => fail(`the server ended with ${code} before it was ready`));
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.on('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

export type Posted = { event_id: string; run_id: string | null; outcome: string };

/** Posts a signup the way a shop would. */
export async function postSignup(server: Server, person: { email: string; name: string }): Promise<Posted> {
  const answer = await fetch(`${server.address}/hooks/signup/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), ...person }),
  });
  if (answer.status !== 202) throw new Error(`the hook answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Posted;
}

/** Posts to the webhook `hook` of a flow, and gives the run it began. */
export async function begin(server: Server, flow: string, data: unknown): Promise<string> {
  const answer = await fetch(`${server.address}/hooks/${flow}/hook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(data),
  });
  const { run_id } = (await answer.json()) as Posted;
  if (!run_id) throw new Error(`the hook of ${flow} answered ${answer.status} and began nothing`);
  return run_id;
}

/** The CRM of the demo answers the next requests with 503. */
export async function breakCrm(server: Server, times: number) {
  const answer = await fetch(`${server.crm}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 503, times }),
  });
  if (!answer.ok) throw new Error(`the CRM does not break: ${answer.status}`);
}
