// The picture of a run in the README, taken from the real thing.
import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { closePage, openPage, setUp } from './browser';
import { postSignup, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

const images = new URL('../../docs/images/', import.meta.url).pathname;
let stage: Stage | undefined;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  stage = await openStage();
  ({ server, browser } = stage);
});
afterAll(() => closeStage(stage));

it('takes the picture of a run', async () => {
  const page = await openPage(browser, 'en', { colorScheme: 'light', reducedMotion: 'reduce' });
  await setUp(page, server);
  const { run_id } = await postSignup(server, { email: 'ana@cauce-good.dev', name: 'Ana' });
  await page.goto(`${server.address}/runs/${run_id}`);
  await page.locator('[data-path="end"][data-state=succeeded]').waitFor();
  await page.getByRole('button', { name: /^Step 2, / }).click();
  await page.getByRole('complementary').getByRole('tab', { name: 'Output' }).click();
  await page.mouse.move(0, 0);
  await mkdir(images, { recursive: true });
  await page.screenshot({ path: `${images}run.png` });
  await closePage(page);
});
