// A newcomer's first minutes: the set-up link, the first signup, and the run that turns green by itself.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, owner, setUp } from './browser';
import { postSignup, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

let stage: Stage | undefined;
let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  ({ server, browser } = stage);
  page = await openPage(browser);
});
afterAll(() => closeStage(stage, page));

function card(name: RegExp) {
  return page.getByRole('button', { name });
}

describe('a first signup', () => {
  it('makes the first account by the set-up link and shows the workflows', async () => {
    await setUp(page, server);
    expect(new URL(page.url()).pathname).toBe('/workflows');
    await page.locator('[data-workflow=signup]').waitFor();
    expect(await page.locator('[data-workflow]').count()).toBe(4);
    expect(await page.getByRole('button', { name: `Account of ${owner.name}` }).isVisible()).toBe(true);
  });

  it('shows the line that posts a signup, with the address of this server', async () => {
    const line = await page.locator('pre').innerText();
    expect(line).toContain(`${server.address}/hooks/signup/signup`);
    expect(line).toContain('ada@cauce-good.dev');
  });

  it('adds a new run to the open list without a reload', async () => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.locator('[data-stream=live]').waitFor();
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
    const { run_id } = await postSignup(server, { email: 'ines@cauce-good.dev', name: 'Inés' });
    await page.locator(`a[data-run="${run_id}"]`).waitFor();
  });

  it('turns green live, step by step, and puts the mail into the mailbox', async () => {
    // The CRM is slow on purpose, so that the page is open before the run is over.
    await fetch(`${server.crm}/_faults`, {
      method: 'POST',
      body: JSON.stringify({ status: 503, times: 1 }),
      headers: { 'content-type': 'application/json' },
    });
    const { run_id } = await postSignup(server, { email: 'ana@cauce-good.dev', name: 'Ana' });
    await page.goto(`${server.address}/runs/${run_id}`);
    await page.evaluate(() => {
      document.body.dataset.sameDocument = 'yes';
    });
    await page.locator('button[data-path][data-state=succeeded]').first().waitFor();
    await page.locator('[data-run-status=succeeded]').waitFor();
    await page.locator('[data-path="end"][data-state=succeeded]').waitFor();
    expect(await page.evaluate(() => document.body.dataset.sameDocument)).toBe('yes');
    const mails = await (await fetch(`${server.mailbox}/api/mails`)).text();
    expect(mails).toContain('ana@cauce-good.dev');
  });

  it('shows what went in and what came out of a step', async () => {
    await card(/^Step 2, .*Succeeded/).click();
    const panel = page.getByRole('complementary');
    await panel.getByRole('tab', { name: 'Output' }).click();
    expect(await panel.getByRole('tabpanel').innerText()).toContain('ana@cauce-good.dev');
    await panel.getByRole('tab', { name: 'Input' }).click();
    expect(await panel.getByRole('tabpanel').innerText()).toContain('ana@cauce-good.dev');
  });

  it('stops early, with the reason, for an address that cannot receive mail', async () => {
    const { run_id } = await postSignup(server, { email: 'nobody@cauce-dead.dev', name: 'Nobody' });
    await page.goto(`${server.address}/runs/${run_id}`);
    await page.locator('[data-run-status=stopped]').waitFor();
    expect(await page.getByText(/^Stopped:/).count()).toBe(1);
    await page.locator('[data-path="end"][data-state=untouched]').waitFor();
  });
});
