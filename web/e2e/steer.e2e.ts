// Runs that need a person: an answer, a look at a failed item, a way on for many held runs, and a run done again.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, setUp } from './browser';
import { begin, breakCrm, journeyFlows, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

let stage: Stage | undefined;
let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stage = await openStage(journeyFlows);
  ({ server, browser } = stage);
  page = await openPage(browser);
  await setUp(page, server);
});
afterAll(() => closeStage(stage, page));

function panel() {
  return page.getByRole('complementary');
}

async function openRun(run: string) {
  await page.goto(`${server.address}/runs/${run}`);
  await page.locator('[data-run-status]').waitFor();
}

describe('an approval', () => {
  it('is found in the list of approvals and decided in the browser', async () => {
    const run = await begin(server, 'ask', { customer: 'Ada' });
    await openRun(run);
    await page.locator('[data-path=discount][data-state=waiting]').waitFor();
    await page.goto(`${server.address}/runs`);
    await page.getByRole('button', { name: 'Approvals' }).click();
    expect(new URL(page.url()).search).toBe('?asks=true');
    await page.locator(`a[data-run="${run}"]`).click();
    const form = panel().getByRole('form', { name: 'An answer is needed' });
    await form.getByRole('button', { name: 'Approve' }).click();
    await form.getByText('Fill in this field.').waitFor();
    await form.getByLabel(/How much/).fill('12');
    await form.getByRole('button', { name: /Which size/ }).click();
    await page.getByRole('option', { name: 'small' }).click();
    await form.getByRole('button', { name: 'Approve' }).click();
    await page.locator('[data-run-status=succeeded]').waitFor();
    await page.locator('button[data-path=discount]').click();
    await panel().getByRole('tab', { name: 'Output' }).click();
    const output = await panel().getByRole('tabpanel').innerText();
    expect(output).toContain('approved');
    expect(output).toContain('12');
    expect(output).toContain('ana@example.org');
  });
});

describe('a loop with a failed item', () => {
  it('shows how many failed, and what happened to the one that is chosen', async () => {
    const lines = [
      { price: 2, count: 3 },
      { price: 'none', count: 1 },
      { price: 5, count: 1 },
    ];
    await openRun(await begin(server, 'items', { lines }));
    await page.locator('[data-run-status=succeeded]').waitFor();
    await page.locator('button[data-path=each]').click();
    await panel().getByText('3 of 3 items done').waitFor();
    await panel().getByText('1 item failed').waitFor();
    await panel()
      .getByRole('button', { name: /what happened to item 2/ })
      .click();
    await panel().getByText('Item 2 of 3').waitFor();
    await page.locator('button[data-path="each[]/price"][data-state=failed]').waitFor();
    await panel().getByRole('button', { name: 'Next item' }).click();
    await page.locator('button[data-path="each[]/price"][data-state=succeeded]').waitFor();
  });
});

describe('held runs', () => {
  it('go on many at once', async () => {
    await breakCrm(server, 3);
    const runs: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      runs.push(await begin(server, 'fragile', { email: `${name}@cauce-good.dev` }));
    }
    await page.goto(`${server.address}/workflows`);
    await page.locator('[data-workflow=fragile]').getByRole('link', { name: 'Held runs' }).click();
    for (const run of runs) await page.locator(`a[data-run="${run}"]`).waitFor();
    await page.getByRole('checkbox', { name: 'Select all held runs of this page' }).check();
    await page.getByText('3 runs selected').waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByText('Resumed: 3').first().waitFor();
    await page.goto(`${server.address}/runs?status=succeeded&workflow=fragile`);
    for (const run of runs) await page.locator(`a[data-run="${run}"]`).waitFor();
  });
});

describe('a run done again', () => {
  it('begins at the chosen step and leads to the new run', async () => {
    const run = await begin(server, 'fragile', { email: 'again@cauce-good.dev' });
    await openRun(run);
    await page.locator('[data-run-status=succeeded]').waitFor();
    await page.locator('button[data-path=contact]').click();
    await panel().getByRole('button', { name: 'Run again from here' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Start new run' }).click();
    await page.getByRole('link', { name: `the run ${run}` }).waitFor();
    expect(page.url()).not.toContain(run);
    await page.locator('[data-run-status=succeeded]').waitFor();
    await page.locator('[data-path=first][data-state=succeeded]').waitFor();
  });
});

describe('a named event', () => {
  it('is sent by hand, and the run that waits for it goes on through every verb', async () => {
    const data = { kind: 'book', order_id: 'o-1', lines: [1, 2, 3] };
    const run = await begin(server, 'everything', data);
    await openRun(run);
    await page.locator('[data-path=payment][data-state=waiting]').waitFor();
    await page.goto(`${server.address}/workflows`);
    await page.locator('[data-workflow=everything]').getByRole('button', { name: 'Send test event' }).click();
    const sheet = page.getByRole('alertdialog');
    await sheet.getByLabel('Data (JSON)').fill('{"order_id": ');
    await sheet.getByRole('button', { name: 'Send event' }).click();
    await sheet.getByText('This is not JSON.').waitFor();
    await sheet.getByLabel('Data (JSON)').fill('{"order_id": "o-1"}');
    await sheet.getByRole('button', { name: 'Send event' }).click();
    await sheet.waitFor({ state: 'detached' });
    await openRun(run);
    await page.locator('[data-run-status=succeeded]').waitFor();
    for (const path of ['way', 'pack', 'lines', 'poll', 'payment', 'receipt', 'end', 'finally/tidy']) {
      await page.locator(`[data-path="${path}"][data-state=succeeded]`).waitFor({ state: 'attached' });
    }
    await page.locator('button[data-path=receipt]').click();
    await panel().getByRole('link', { name: 'Open the called run' }).click();
    await page.getByRole('heading', { level: 1, name: 'A receipt' }).waitFor();
    await page.getByRole('link', { name: `the run ${run}` }).waitFor();
  });
});
