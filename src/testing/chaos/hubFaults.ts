import type { Random } from '../../data/random';
import { defined } from '../../numbers/defined';
import type { Fault } from '../hubServer.node';

/** Ways in which a hub and the lines to it go wrong. Those that `pass` are gone at the next try. */
export const hubFaults: Record<string, { pass: boolean; make: (random: Random, size: number) => Fault[] }> = {
  'reset': { pass: true, make: (random, size) => times(1 + random.below(4), () => ({ dropAfter: random.below(size) })) },
  'stands still': { pass: true, make: (random, size) => [{ hangAfter: random.below(size) }] },
  'slow': { pass: true, make: (random) => [{ delayMs: 1 + random.below(60) }] },
  'short': { pass: true, make: (random) => [{ shorter: 1 + random.below(1000) }] },
  'long': { pass: true, make: (random) => [{ shorter: -1 - random.below(1000) }] },
  'wrong bytes': { pass: true, make: () => [{ corrupt: true }] },
  'wrong bytes for ever': { pass: false, make: () => times(20, () => ({ corrupt: true })) },
  '404': { pass: false, make: () => times(20, () => ({ status: 404 })) },
  '429': { pass: true, make: (random) => times(1 + random.below(2), () => ({ status: 429, headers: { 'retry-after': '0' } })) },
  '429, in an hour': { pass: false, make: () => times(20, () => ({ status: 429, headers: { 'retry-after': '3600' } })) },
  '5xx': { pass: true, make: (random) => times(1 + random.below(2), () => ({ status: 500 + random.below(5) })) },
  '5xx for ever': { pass: false, make: (random) => times(50, () => ({ status: 500 + random.below(5) })) },
  'redirect loop': { pass: false, make: () => times(60, () => ({ status: 302, headers: { location: '?again' } })) },
  'redirect elsewhere': { pass: false, make: (random) => times(20, () => ({ status: 302, headers: { location: defined(['file:///etc/passwd', 'javascript:alert(1)', 'http://', 'data:text/plain,x'][random.below(4)]) } })) },
  'gzip that is none': { pass: false, make: () => times(20, () => ({ headers: { 'content-encoding': 'gzip' } })) },
  'gzip that is none, once': { pass: true, make: () => [{ headers: { 'content-encoding': 'gzip' } }] },
  'a length that is none': { pass: true, make: () => [{ headers: { 'content-range': 'bytes 5-4/3', etag: '"other"' } }] },
};

function times(n: number, make: () => Fault): Fault[] {
  return Array.from({ length: n }, make);
}
