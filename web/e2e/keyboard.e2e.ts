// The run list and the run page, by keyboard alone.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, setUp } from './browser';
import { postSignup, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

let stage: Stage | undefined;
let server: Server;
let browser: Browser;
let page: Page;
let first: string | null;

beforeAll(async () => {
  stage = await openStage();
  ({ server, browser } = stage);
  page = await openPage(browser);
  await setUp(page, server);
  first = (await postSignup(server, { email: 'eva@cauce-good.dev', name: 'Eva' })).run_id;
  await postSignup(server, { email: 'nobody@cauce-dead.dev', name: 'Nobody' });
});
afterAll(() => closeStage(stage, page));

/** Presses Tab until the element in focus has a name that fits. */
async function tabTo(name: RegExp) {
  const seen: string[] = [];
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(focused.trim())) return;
    seen.push(focused.trim());
  }
  throw new Error(`Tab never reached ${name}; it passed ${seen.join(' | ')}`);
}

function rows() {
  return page.locator('a[data-run]');
}

describe('by keyboard', () => {
  it('skips to the content', async () => {
    await page.goto(`${server.address}/runs`);
    await rows().nth(1).waitFor();
    // Opening the page moved the focus to its heading; the link stands before everything else.
    await page.getByRole('link', { name: 'Skip to content' }).focus();
    expect(await page.getByRole('link', { name: 'Skip to content' }).boundingBox()).toMatchObject({
      x: 12,
      y: 12,
    });
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#content');
  });

  it('filters by status and keeps the filter in the address', async () => {
    await page.goto(`${server.address}/runs`);
    await rows().nth(1).waitFor();
    await tabTo(/^Queued$/);
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByRole('heading', { name: 'No run matches' }).waitFor();
    expect(new URL(page.url()).search).toBe('?status=failed');
    await tabTo(/^Clear filters$/);
    await page.keyboard.press('Enter');
    await rows().nth(1).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('finds the runs of an e-mail address', async () => {
    await page.goto(`${server.address}/runs`);
    await rows().nth(1).waitFor();
    await tabTo(/^Search$/);
    await page.keyboard.type('eva@cauce-good.dev');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('a[data-run]').length === 1);
    expect(await rows().first().getAttribute('data-run')).toBe(first);
  });

  it('opens a run from the list and a step from its graph, and comes back to the card', async () => {
    await page.goto(`${server.address}/runs?q=eva%40cauce-good.dev`);
    await rows().first().waitFor();
    await tabTo(/^Run of /);
    await page.keyboard.press('Enter');
    await page.locator('[data-path="end"][data-state=succeeded]').waitFor();
    await tabTo(/^Step \d+, /);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const path = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.path);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H2');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.path)).toBe(path);
  });

  it('reaches every step in the outline too', async () => {
    await page.getByRole('tab', { name: 'Outline' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#outline button').first().waitFor();
    await tabTo(/^Step 1, /);
    await tabTo(/^Step 2, /);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H2');
  });
});
