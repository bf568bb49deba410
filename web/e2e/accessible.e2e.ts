// Every page and state, light and dark, in both languages, narrow and wide: no serious fault, no sideways scroll.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectAccessible, expectReflow } from './axe';
import { closePage, openPage, setUp, signIn, words } from './browser';
import { postSignup, type Server } from './server';
import { closeStage, openStage, type Stage } from './stage';

let stage: Stage | undefined;
let server: Server;
let browser: Browser;
const runs: Record<'done' | 'stopped' | 'retrying', string> = { done: '', stopped: '', retrying: '' };

const variants = (['light', 'dark'] as const).flatMap((scheme) =>
  (['en', 'es'] as const).flatMap((language) => [320, 1440].map((width) => ({ scheme, language, width }))),
);

function open(variant: (typeof variants)[number]) {
  const { scheme, language, width } = variant;
  return openPage(browser, language, {
    colorScheme: scheme,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  });
}

async function check(page: Page, where: string) {
  await expectAccessible(page, where);
  await expectReflow(page, where);
}

beforeAll(async () => {
  stage = await openStage();
  ({ server, browser } = stage);
});
afterAll(() => closeStage(stage));

describe('accessibility before anybody has an account', () => {
  for (const variant of variants) {
    const { scheme, language, width } = variant;
    it(`set-up: ${scheme}, ${language}, ${width} px`, async () => {
      const page = await open(variant);
      await page.goto(server.setupLink);
      await page.getByRole('textbox').nth(1).waitFor();
      await check(page, 'set-up');
      await page.locator('button[type=submit]').click();
      await page.locator('[data-invalid]').first().waitFor();
      await check(page, 'set-up with faults');
      await page.goto(`${server.address}/setup`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await check(page, 'set-up without a token');
      await closePage(page);
    });
  }
});

describe('accessibility of every page', () => {
  beforeAll(async () => {
    const page = await openPage(browser);
    await setUp(page, server);
    runs.done = (await postSignup(server, { email: 'ana@cauce-good.dev', name: 'Ana' })).run_id ?? '';
    runs.stopped =
      (await postSignup(server, { email: 'nobody@cauce-dead.dev', name: 'Nobody' })).run_id ?? '';
    for (const id of [runs.done, runs.stopped]) {
      await page.goto(`${server.address}/runs/${id}`);
      await page.locator('[data-run-status=succeeded], [data-run-status=stopped]').waitFor();
    }
    const headers = { 'content-type': 'application/json' };
    await fetch(`${server.crm}/_faults`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ status: 503, times: 50 }),
    });
    runs.retrying = (await postSignup(server, { email: 'rosa@cauce-good.dev', name: 'Rosa' })).run_id ?? '';
    await closePage(page);
  });

  for (const variant of variants) {
    const { scheme, language, width } = variant;
    it(`${scheme}, ${language}, ${width} px`, async () => {
      const page = await open(variant);
      await page.goto(`${server.address}/login`);
      await page.getByRole('textbox').first().waitFor();
      await check(page, 'sign-in');
      await signIn(page, server, words[language]);
      await page.locator('[data-workflow]').first().waitFor();
      await check(page, 'workflows');
      await page.locator('header button[aria-haspopup]').click();
      await page.getByRole('menu').waitFor();
      await expectAccessible(page, 'account menu');
      await page.keyboard.press('Escape');
      await page.goto(`${server.address}/runs`);
      await page.locator('a[data-run]').first().waitFor();
      await check(page, 'runs');
      await page.goto(`${server.address}/runs?status=cancelled&q=nothing`);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await check(page, 'runs without a match');
      await checkRuns(page);
      await page.goto(`${server.address}/runs/00000000-0000-7000-8000-000000000000`);
      await page.getByRole('heading', { level: 2 }).waitFor();
      await check(page, 'a run that does not exist');
      await page.goto(`${server.address}/nowhere`);
      await page.getByRole('heading', { level: 2 }).waitFor();
      await check(page, 'no such page');
      await closePage(page);
    });
  }
});

async function checkRuns(page: Page) {
  for (const [name, id] of Object.entries(runs)) {
    await page.goto(`${server.address}/runs/${id}`);
    await page.getByRole('complementary').getByRole('tab').first().waitFor();
    for (const view of [0, 1]) {
      await page.locator('[role=tablist]').first().getByRole('tab').nth(view).click();
      await page.locator('button[data-path]').first().waitFor();
      await check(page, `run ${name}, view ${view}`);
    }
    for (const part of [0, 1, 2]) {
      await page.getByRole('complementary').getByRole('tab').nth(part).click();
      await expectAccessible(page, `run ${name}, part ${part}`);
    }
  }
}
