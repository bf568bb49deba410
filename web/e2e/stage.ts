// A server and a browser for one file of journeys; whatever happens, both are stopped at the end.
import type { Browser, Page } from 'playwright-core';
import { closePage, startBrowser } from './browser';
import { type Server, startServer } from './server';

export type Stage = { server: Server; browser: Browser };

export async function openStage(workflows?: string): Promise<Stage> {
  const server = await startServer(workflows);
  try {
    return { server, browser: await startBrowser() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Stops what was started; nothing when the start itself failed. */
export async function closeStage(stage: Stage | undefined, page?: Page) {
  try {
    if (page) await closePage(page);
  } finally {
    await stage?.browser.close();
    await stage?.server.stop();
  }
}
