import { expect, test } from 'vitest';
import { rootOf } from './root';

test.each([
  ['/', 'https://a.org/assets/worker-1.js', 'https://a.org/'],
  ['/studio/', 'https://a.org/studio/assets/worker-1.js', 'https://a.org/studio/'],
  ['./', 'https://a.org/class/7b/assets/worker-1.js', 'https://a.org/class/7b/'],
  ['https://cdn.org/x/', 'https://a.org/assets/worker-1.js', 'https://cdn.org/x/'],
])('built with base %s, models and data lie beside the page', (base, worker, root) => {
  expect(rootOf(base, worker)).toBe(root);
});
