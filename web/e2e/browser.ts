// One headless browser a file; a page that logs an error or breaks the content policy fails its test.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Server } from './server';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: flags });
}

export const owner = { name: 'Ana García', email: 'ana@example.org', password: 'three blind mice' };

const complaints = new WeakMap<Page, string[]>();

/** A page in a context of its own, with the language chosen. */
export async function openPage(
  browser: Browser,
  language: 'en' | 'es' = 'en',
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...options,
  });
  await context.addInitScript((chosen) => localStorage.setItem('cauce.language', chosen), language);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const said: string[] = [];
  complaints.set(page, said);
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // An answer such as 401 is logged by the browser itself and is no fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      said.push(message.text());
  });
  return page;
}

/** Closes the page's context and fails when the page complained about anything. */
export async function closePage(page: Page) {
  const said = complaints.get(page) ?? [];
  await page.context().close();
  expect(said, 'the page logged errors').toEqual([]);
}

/** Makes the first account through the set-up link, as a person would. */
export async function setUp(page: Page, server: Server) {
  await page.goto(server.setupLink);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('E-mail address').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Workflows' }).waitFor();
}

/** Signs in by the form of the page's language. */
export async function signIn(
  page: Page,
  server: Server,
  words: { email: RegExp; password: RegExp; submit: RegExp },
) {
  await page.goto(`${server.address}/login`);
  await page.getByLabel(words.email).fill(owner.email);
  await page.getByLabel(words.password).first().fill(owner.password);
  await page.getByRole('button', { name: words.submit, exact: true }).click();
  await page.getByRole('navigation').waitFor();
}

export const words = {
  en: { email: /^E-mail address$/, password: /^Password$/, submit: /^Sign in$/ },
  es: { email: /^Correo electrónico$/, password: /^Contraseña$/, submit: /^Entrar$/ },
};
