// Runs are found by step, time and key: in the address, by keyboard, in both languages, on a narrow screen.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, expectReflow } from './axe';
import { closePage, openPage, setUp, signIn, words } from './browser';
import { begin, breakCrm, journeyFlows, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

let stage: Stage | undefined;
let server: Server;
let browser: Browser;
let page: Page;
let held = '';
let well = '';

beforeAll(async () => {
  stage = await openStage(journeyFlows);
  ({ server, browser } = stage);
  page = await openPage(browser);
  await setUp(page, server);
  await breakCrm(server, 1);
  held = await begin(server, 'fragile', { email: 'held@cauce-good.dev' });
  await page.goto(`${server.address}/runs/${held}`);
  await page.locator('[data-run-status=held]').waitFor();
  well = await begin(server, 'fragile', { email: 'well@cauce-good.dev' });
  await page.goto(`${server.address}/runs/${well}`);
  await page.locator('[data-run-status=succeeded]').waitFor();
});
afterAll(() => closeStage(stage, page));

const line = (run: string) => page.locator(`a[data-run="${run}"]`);

async function choose(list: RegExp, option: string | RegExp) {
  await page.getByRole('button', { name: list }).click();
  await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
}

describe('the search for runs', () => {
  it('by step shows the runs that stopped there, and the address says so', async () => {
    await page.goto(`${server.address}/runs?workflow=fragile`);
    await line(well).waitFor();
    await page.getByRole('button', { name: /Stopped at/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Keep the contact' }).waitFor();
    await page.keyboard.type('Keep');
    await page.keyboard.press('Enter');
    await line(well).waitFor({ state: 'detached' });
    await line(held).waitFor();
    expect(new URL(page.url()).search).toBe('?workflow=fragile&step=contact');
    await page.reload();
    await line(held).waitFor();
    expect(await line(well).count()).toBe(0);
  });

  it('by time goes with the clock or from day to day', async () => {
    await page.goto(`${server.address}/runs`);
    await choose(/Time/, 'Last 24 hours');
    await line(held).waitFor();
    expect(new URL(page.url()).search).toBe('?time=day');
    await choose(/Time/, 'Own range');
    await page.getByLabel('From', { exact: true }).fill('2020-01-01');
    await page.getByLabel('To', { exact: true }).fill('2020-01-31');
    await page.getByText('No run matches').waitFor();
    expect(new URL(page.url()).search).toBe('?time=own&from=2020-01-01&to=2020-01-31');
    await page.getByLabel('To', { exact: true }).fill('');
    await line(held).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await line(well).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('by key finds an address, together with the rest', async () => {
    await page.goto(`${server.address}/runs?workflow=fragile&step=contact&time=today`);
    await page.getByRole('searchbox').fill('well@cauce-good.dev');
    await page.getByText('No run matches').waitFor();
    await page.getByRole('searchbox').fill('HELD@cauce-good.dev');
    await line(held).waitFor();
  });

  for (const language of ['en', 'es'] as const) {
    for (const width of [320, 360, 1280]) {
      it(`is accessible: ${language}, ${width} px`, async () => {
        const own = await openPage(browser, language, { viewport: { width, height: 900 } });
        await signIn(own, server, words[language]);
        const filter = 'workflow=fragile&step=contact&time=own&from=2020-01-01';
        await own.goto(`${server.address}/runs?${filter}`);
        await own.locator(`a[data-run="${held}"]`).waitFor();
        await expectAccessible(own, 'the filters of runs');
        await expectReflow(own, 'the filters of runs');
        await closePage(own);
      });
    }
  }
});
