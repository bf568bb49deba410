// Asks axe about the page as it stands: no serious and no critical fault.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function expectAccessible(page: Page, where: string) {
  // Evaluated, not injected as a script: the page's own content policy stays in force.
  await page.evaluate(`${await source};0`);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  const faults = results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n   ${failureSummary}`).join('\n')}`,
    );
  expect(faults, where).toEqual([]);
}

/** Nothing sticks out sideways: the page can be read without scrolling to the right. */
export async function expectReflow(page: Page, where: string) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content, `${where} is wider than its window`).toBeLessThanOrEqual(window ?? 0);
}
