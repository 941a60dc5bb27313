import { expose, wrap, type Remote } from 'comlink';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelError } from '../models/model';
import { said } from '../said/said';
import { Studio } from './studio';
import { keepSaid } from './thrown';

const worker = {
  studio: () => new Studio(undefined, '', true).importModel('mine', []),
  inner: () => {
    throw new ModelError(said`config.json of ${'x'} is not JSON: ${said`it ends at ${7}`}`);
  },
  notFetched: (message: string) => {
    throw new TypeError(message);
  },
  plain: () => {
    throw new TypeError('x is not a function');
  },
};

const { port1, port2 } = new MessageChannel();
let page: Remote<typeof worker>;

beforeAll(() => {
  keepSaid();
  expose(worker, port1);
  page = wrap<typeof worker>(port2);
});

afterAll(() => {
  port1.close();
  port2.close();
});

const thrown = async (call: Promise<unknown>): Promise<unknown> => call.then(() => expect.unreachable(), (error: unknown) => error);

test('what the worker throws arrives in the page with its key and values', async () => {
  const error = await thrown(page.studio());
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'ModelError', message: expect.stringMatching(/^mine has no config.json; choose/), said: { key: expect.stringMatching(/^\{0\} has no config.json; choose/), values: ['mine'] } });
  expect(await thrown(page.inner())).toMatchObject({ message: 'config.json of x is not JSON: it ends at 7', said: { key: 'config.json of {0} is not JSON: {1}', values: ['x', { key: 'it ends at {0}', values: [7] }] } });
});

test.each(['Failed to fetch dynamically imported module: http://x/assets/a-1.js', 'error loading dynamically imported module: http://x/assets/a-1.js', 'Importing a module script failed.'])('code that a newer version has taken away is told without its address: %s', async (message) => {
  const error = (await thrown(page.notFetched(message))) as Error;
  expect(error.message).toMatch(/^A part of Fullrank could not be loaded\./);
  expect(error).toHaveProperty('said');
});

test('other errors arrive as comlink sends them', async () => {
  const error = await thrown(page.plain());
  expect(error).toMatchObject({ name: 'TypeError', message: 'x is not a function', stack: expect.stringContaining('thrown.test') });
  expect(error).not.toHaveProperty('said');
});
