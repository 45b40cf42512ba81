import { describe, expect, it } from 'vitest';
import { OneCa, usualInventory } from './one-ca.ts';

describe('a web server that takes no query as long as a request', () => {
  it('is found out when the router is not answered', async () => {
    await using world = await OneCa.start({
      ca: { maxQuery: 1_500 },
      inventory: (ca) => usualInventory(ca, { trustpoint: { grant: { timeout: '1s' } } }),
    });
    const { error } = await world.enroll();
    expect(error).toMatchObject({
      code: 'request-unanswered',
      detail: expect.stringContaining('answers HTTP 404 to a query of 4500 characters'),
      hint: expect.stringContaining('the longest request line'),
    });
  });
});
