// Signing in and out: the way back, wrong passwords, used links.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePage, openPage, owner, setUp } from './browser';
import type { Server } from './server';
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

describe('a session', () => {
  it('ends when a person signs out', async () => {
    await page.getByRole('button', { name: `Account of ${owner.name}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${server.address}/workflows`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('refuses a wrong password, says so, and keeps the address', async () => {
    await page.goto(`${server.address}/runs?status=held`);
    await page.getByLabel('E-mail address').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill('three deaf mice');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/do not match/)
      .waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(owner.email);
  });

  it('goes on where the way broke off', async () => {
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    expect(new URL(page.url()).search).toBe('?status=held');
  });

  it('stays after a reload and is not readable by scripts', async () => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    expect(await page.evaluate(() => document.cookie)).not.toContain('cauce_session');
    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name === 'cauce_session');
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  });

  it('explains a set-up link that has been used', async () => {
    const other = await openPage(browser, 'es');
    await other.goto(server.setupLink);
    await other.getByRole('heading', { name: 'Cauce ya está instalado' }).waitFor();
    await closePage(other);
  });
});
