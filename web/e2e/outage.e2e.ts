// The CRM is down for a while: the run page shows every attempt and goes green when it is back.
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

async function breakCrm(times: number) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${server.crm}/_faults`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ status: 503, times }),
  });
  expect(answer.ok).toBe(true);
}

describe('an outage', () => {
  it('shows retrying with its attempts, then green', async () => {
    await breakCrm(2);
    const { run_id } = await postSignup(server, { email: 'rosa@cauce-good.dev', name: 'Rosa' });
    await page.goto(`${server.address}/runs/${run_id}`);
    await page.locator('button[data-state=retrying]').waitFor();
    const panel = page.getByRole('complementary');
    await panel.getByRole('tab', { name: /^Attempts/, selected: true }).waitFor();
    await panel.getByText('Attempt 1', { exact: true }).waitFor();
    await panel
      .getByText(/^Next attempt (in \d+ s|now)$/)
      .first()
      .waitFor();
    expect(await panel.innerText()).toContain('503');
    // The default waits are about 2 s and 10 s.
    await panel.getByText('Attempt 2', { exact: true }).waitFor({ timeout: 20_000 });
    await page.locator('[data-run-status=succeeded]').waitFor({ timeout: 30_000 });
    await page.locator('[data-path="end"][data-state=succeeded]').waitFor();
  });

  it('cancels a run that retries, after asking', async () => {
    await breakCrm(6);
    const { run_id } = await postSignup(server, { email: 'luis@cauce-good.dev', name: 'Luis' });
    await page.goto(`${server.address}/runs/${run_id}`);
    await page.locator('button[data-state=retrying]').waitFor();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    const question = page.getByRole('alertdialog', { name: 'Cancel this run?' });
    await question.getByRole('button', { name: 'Cancel run' }).click();
    await page.locator('[data-run-status=cancelled]').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel run' }).count()).toBe(0);
  });
});
