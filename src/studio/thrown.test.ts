import { expose, wrap, type Remote } from 'comlink';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubError } from '../io/hub/hubError';
import { openStudio } from './studio';
import { handleThrown } from './thrown';

const worker = {
  studio: () => openStudio(undefined, '', true).importModel('mine', []),
  storage: () => {
    throw new HubError('quota', 'There is no room.');
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
  handleThrown();
  expose(worker, port1);
  page = wrap<typeof worker>(port2);
});

afterAll(() => {
  port1.close();
  port2.close();
});

const thrown = async (call: Promise<unknown>): Promise<unknown> => call.then(() => expect.unreachable(), (error: unknown) => error);

test('what the worker throws arrives in the page with its name and message, of storage also with its kind', async () => {
  const error = await thrown(page.studio());
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'ModelError', message: expect.stringMatching(/^mine has no config.json; choose/) });
  expect(await thrown(page.storage())).toMatchObject({ name: 'HubError', message: 'There is no room.', kind: 'quota' });
});

test.each(['Failed to fetch dynamically imported module: http://x/assets/a-1.js', 'error loading dynamically imported module: http://x/assets/a-1.js', 'Importing a module script failed.'])('code that a newer version has taken away is told without its address: %s', async (message) => {
  const error = (await thrown(page.notFetched(message))) as Error;
  expect(error.message).toMatch(/^A part of Fullrank could not be loaded\./);
  expect(error.name).toBe('FullrankError');
});

test('other errors arrive as comlink sends them', async () => {
  const error = await thrown(page.plain());
  expect(error).toMatchObject({ name: 'TypeError', message: 'x is not a function', stack: expect.stringContaining('thrown.test') });
  expect(error).not.toHaveProperty('kind');
});
