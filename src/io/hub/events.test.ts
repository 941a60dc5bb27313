import { expect, test } from 'vitest';
import { type HubEvent, Meter } from './events';
import { retryAfter } from './retry';

test('rate, time left and totals; at most ten events a second for a file', () => {
  let now = 0;
  const events: HubEvent[] = [];
  const meter = new Meter('a/b', (e) => events.push(e), () => now);
  meter.expect('x', 1000);
  meter.expect('y', 1000);
  meter.set('x', 400, false); // from an earlier download
  for (let i = 1; i <= 10; i++) {
    now = 50 * i;
    meter.set('x', 400 + 10 * i, true);
  }
  expect(events.filter((e) => e.status === 'progress')).toHaveLength(6);
  expect(events.at(-2)).toMatchObject({ status: 'progress', name: 'a/b', file: 'x', loaded: 500, total: 1000, progress: 50, rate: 200, seconds_left: 2.5 });
  expect(events.at(-1)).toMatchObject({ status: 'progress_total', name: 'a/b', loaded: 500, total: 2000, progress: 25, rate: 200, seconds_left: 7.5, files: { x: { loaded: 500, total: 1000 } } });
  now += 1;
  meter.set('x', 1000, true); // the end is always told
  expect(events.at(-1)).toMatchObject({ status: 'progress_total', loaded: 1000, files: {} });
  meter.set('y', 500, true);
  meter.set('y', 0, false); // a start from nothing
  now += 1000;
  meter.set('y', 10, true);
  expect(events.at(-1)).toMatchObject({ loaded: 1010, total: 2000 });
});

test('Retry-After: seconds or a date', () => {
  const now = Date.parse('2024-01-01T00:00:00Z');
  expect(retryAfter('7', now)).toBe(7000);
  expect(retryAfter('Mon, 01 Jan 2024 00:00:10 GMT', now)).toBe(10_000);
  expect(retryAfter('Sun, 31 Dec 2023 00:00:10 GMT', now)).toBe(0);
  for (const bad of [null, 'soon', '', '1e9', '-1x']) expect(retryAfter(bad, now)).toBeNull();
});
