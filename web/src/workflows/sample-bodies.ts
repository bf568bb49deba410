// A body to try a webhook with: what the shipped flows expect, for others an empty object.

/** A body that is new each time, so that a flow which knows duplicates starts a run again. */
export function sampleBody(workflow: string): Record<string, unknown> {
  const id = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? '1';
  if (workflow === 'signup') return { id: `s-${id}`, name: 'Ada', email: 'ada@cauce-good.dev' };
  if (workflow === 'abandoned-cart') {
    const customer = { name: 'Ada', email: 'ada@cauce-good.dev' };
    return { cart: { id: `c-${id}`, total: '48.00 EUR' }, customer, remind_after: '10s' };
  }
  return {};
}
