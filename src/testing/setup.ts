// Runs before each test file: a test fails on any WebGPU error that nobody captured, and devices go when the file ends.
import { afterAll, afterEach } from 'vitest';

// Imported only once a test has: most test files need no GPU, and Dawn takes a moment to load.
const dawn = () => (Symbol.for('fullrank.dawn') in globalThis ? import('./dawn') : undefined);

afterEach(async () => {
  const errors = await (await dawn())?.takeErrors();
  if (errors?.length) throw new Error(`uncaptured WebGPU error${errors.length > 1 ? 's' : ''}:\n${errors.join('\n')}`);
});

afterAll(async () => {
  await (await dawn())?.destroyDevices();
});
