// A workflow that is off starts nothing, and says so; on again, it runs.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, setUp } from './browser';
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
  await setUp(page, server);
});
afterAll(() => closeStage(stage, page));

function signup() {
  return page.locator('[data-workflow=signup]');
}

describe('the switch of a workflow', () => {
  it('turns it off: nothing runs any more', async () => {
    const toggle = signup().getByRole('switch');
    expect(await toggle.isChecked()).toBe(true);
    await toggle.focus();
    await page.keyboard.press('Space');
    await signup().getByText('Off', { exact: true }).waitFor();
    const answer = await fetch(`${server.address}/hooks/signup/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: crypto.randomUUID(), email: 'leo@cauce-good.dev', name: 'Leo' }),
    });
    const told = (await answer.json()) as { run_id?: string | null };
    expect(told.run_id ?? null).toBeNull();
  });

  it('is still off after a reload', async () => {
    await page.reload();
    await signup().getByText('Off', { exact: true }).waitFor();
    expect(await signup().getByRole('switch').isChecked()).toBe(false);
  });

  it('turns it on again, and the next signup runs', async () => {
    await signup().getByRole('switch').focus();
    await page.keyboard.press('Space');
    await signup().getByText('On', { exact: true }).waitFor();
    const { run_id } = await postSignup(server, { email: 'leo@cauce-good.dev', name: 'Leo' });
    expect(run_id).toBeTruthy();
    await signup().locator(`a[href="/runs/${run_id}"]`).waitFor();
  });
});
