// What people steer, light and dark, in both languages, narrow and wide: no serious fault, no sideways scroll.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectAccessible, expectReflow } from './axe';
import { closePage, openPage, setUp, signIn, words } from './browser';
import { begin, breakCrm, journeyFlows, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

let stage: Stage | undefined;
let server: Server;
let browser: Browser;
const runs: Record<string, string> = {};

const variants = (['light', 'dark'] as const).flatMap((scheme) =>
  (['en', 'es'] as const).flatMap((language) => [320, 1440].map((width) => ({ scheme, language, width }))),
);

beforeAll(async () => {
  stage = await openStage(journeyFlows);
  ({ server, browser } = stage);
  const page = await openPage(browser);
  await setUp(page, server);
  runs.asks = await begin(server, 'ask', { customer: 'Ada' });
  runs.items = await begin(server, 'items', {
    lines: [
      { price: 1, count: 1 },
      { price: 'x', count: 1 },
    ],
  });
  runs.everything = await begin(server, 'everything', { kind: 'gift', order_id: 'o-1', lines: [1, 2] });
  await breakCrm(server, 1);
  runs.held = await begin(server, 'fragile', { email: 'a@cauce-good.dev' });
  await page.goto(`${server.address}/runs/${runs.held}`);
  await page.locator('[data-run-status=held]').waitFor();
  await closePage(page);
});
afterAll(() => closeStage(stage));

async function check(page: Page, where: string) {
  await expectAccessible(page, where);
  await expectReflow(page, where);
}

describe('accessibility of what people steer', () => {
  for (const { scheme, language, width } of variants) {
    it(`${scheme}, ${language}, ${width} px`, async () => {
      const page = await openPage(browser, language, {
        colorScheme: scheme,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      await signIn(page, server, words[language]);
      for (const [name, id] of Object.entries(runs)) {
        await page.goto(`${server.address}/runs/${id}`);
        await page.getByRole('complementary').getByRole('tab').first().waitFor();
        for (const view of [0, 1]) {
          await page.locator('[role=tablist]').first().getByRole('tab').nth(view).click();
          await page.locator('button[data-path]').first().waitFor();
          await check(page, `run ${name}, view ${view}`);
        }
        if (name === 'items') {
          await page.locator('button[data-path=each]').click();
          await page.getByRole('progressbar').waitFor();
          await check(page, 'a loop');
          await page.getByRole('complementary').locator('ol button').first().click();
          await check(page, 'a failed item');
        }
      }
      await page.goto(`${server.address}/runs?asks=true`);
      await page.locator('a[data-run]').first().waitFor();
      await check(page, 'approvals');
      await page.goto(`${server.address}/runs?status=held`);
      await page.getByRole('checkbox').last().check();
      await check(page, 'a held run selected');
      await page.locator('main section button').last().click();
      await page.getByRole('alertdialog').waitFor();
      await expectAccessible(page, 'resuming in bulk');
      await page.goto(`${server.address}/workflows`);
      await page.locator('[data-workflow=everything] ul button').last().click();
      await page.getByRole('alertdialog').waitFor();
      await expectAccessible(page, 'sending an event');
      await closePage(page);
    });
  }
});
