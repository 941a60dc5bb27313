import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Hub } from '../io/hub/hub';
import { memoryFiles } from '../io/hub/memoryFiles';
import { pushFiles } from '../io/hub/push';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { noise, startHub, type FakeHub } from '../testing/hubServer.node';
import type { RunRecord } from '../train/protocol';
import { main } from './main';

const { at, out } = cliFolder('push');
const token = 'hf_may_write';
let hub: FakeHub;
const before = { token: process.env.HF_TOKEN, endpoint: process.env.HF_ENDPOINT };
beforeAll(async () => {
  hub = await startHub({});
  hub.writer = token;
  process.env.HF_TOKEN = token;
});
afterAll(async () => {
  for (const [name, value] of [['HF_TOKEN', before.token], ['HF_ENDPOINT', before.endpoint]] as const) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await hub.close();
});

const text = (id: string, path: string): string => {
  const content = hub.repos.get(id)!.files.get(path)!;
  return new TextDecoder().decode(content.at(0, content.size));
};

test('a trained adapter is pushed with a card that says how it was trained, and opens again from the hub', async () => {
  const train = ['train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--r', '2', '--steps', '2', '--batch', '4', '--train-limit', '20', '--test-limit', '20', '--out', at('run'), '--endpoint', hub.endpoint];
  expect(await main([...train, '--push-to', 'me/tuned'])).toBe(0);
  expect(out.at(-1)).toBe(`pushed to ${hub.endpoint}/me/tuned as commit ${hub.repos.get('me/tuned')!.commit.slice(0, 7)}`);
  expect(hub.repos.get('me/tuned')!.private).toBe(true);
  expect(await main(['export', '--model', 'vit-nano', '--adapter', at('run'), '--out', at('exported'), '--endpoint', hub.endpoint, '--push-to', 'me/open', '--public'])).toBe(0);
  expect(hub.repos.get('me/open')!.private).toBe(false);
  expect([...hub.repos.get('me/tuned')!.files.keys()].sort()).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors', 'curves.svg', 'fullrank.json', 'run.json']);
  const run = JSON.parse(readFileSync(at('run', 'run.json'), 'utf8')) as RunRecord;
  const { accuracy, count } = run.summary!.final!;
  // Wilson's interval, as the roots of (p - x)² = z² x (1 - x) / n.
  const z2 = 1.959964 ** 2 / count;
  const [low, high] = [-1, 1].map((sign) => ((100 * (2 * accuracy + z2 + sign * Math.sqrt((2 * accuracy + z2) ** 2 - 4 * (1 + z2) * accuracy ** 2))) / (2 * (1 + z2))).toFixed(1));
  const card = text('me/tuned', 'README.md');
  expect(card).toMatch(/^---\nlibrary_name: peft\npipeline_tag: image-classification\ntags: \[fullrank, lora\]\n---\n/);
  expect(card).toContain(`| test accuracy | ${(100 * accuracy).toFixed(1)} % on 20 images, 95 % interval ${low} to ${high}`);
  expect(card).toMatch(/\| recipe \| 2 steps of 4 images; AdamW, learning rate .* seed 0 \|/);
  expect(card).toContain('![Loss on the training images, step by step](curves.svg)');
  expect(text('me/tuned', 'curves.svg')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*><style>[^<]*<\/style>[^]*<path class="line"[^]*<\/svg>$/);
  // The token goes to the hub alone, and is not in what is kept.
  expect(hub.log.filter(({ origin, headers }) => origin === 'cdn' && headers.authorization !== undefined)).toEqual([]);
  expect(readFileSync(at('run', 'run.json'), 'utf8') + card).not.toContain(token);
  const again = await new Hub(async () => memoryFiles()).open('me/tuned', { endpoint: hub.endpoint });
  expect([...(await again.read('adapter_model.safetensors'))]).toEqual([...readFileSync(at('run', 'adapter_model.safetensors'))]);
});

test('what may not be pushed is refused before anything is computed, with what to do', async () => {
  const train = ['train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--steps', '1'];
  expect(await main([...train, '--push-to', 'me/tuned'])).toBe(2);
  expect(out.at(-1)).toMatch(/--push-to needs --out/);
  expect(await main([...train, '--out', at('x'), '--push-to', 'nonsense'])).toBe(1);
  expect(out.at(-1)).toMatch(/is not a hub id/);
  const pushed = [...train, '--out', at('x'), '--endpoint', hub.endpoint, '--push-to'];
  expect(await main([...pushed, 'somebody/tuned'])).toBe(1);
  expect(out.at(-1)).toMatch(/may not write to somebody\/tuned \(403\)/);
  process.env.HF_TOKEN = 'hf_expired';
  expect(await main([...pushed, 'me/other'])).toBe(1);
  expect(out.at(-1)).toMatch(/does not accept the access token \(401\)/);
  process.env.HF_TOKEN = token;
  expect(await main([...train, '--out', at('x'), '--endpoint', 'http://127.0.0.1:1', '--push-to', 'me/other'])).toBe(1);
  expect(out.at(-1)).toMatch(/cannot be reached/);
  expect(existsSync(at('x'))).toBe(false);
  const files = [{ path: 'a.json', bytes: noise(10) }];
  await expect(pushFiles('me/other', files, { endpoint: hub.endpoint, token: 'hf_may_read', message: 'm' })).rejects.toThrow(/may not write to me\/other \(403\)/);
  await expect(pushFiles('me/other', files, { endpoint: 'http://hub.example', token, message: 'm' })).rejects.toThrow(/not encrypted/);
  expect(hub.repos.has('me/other')).toBe(false);
});

test('large files go to the store once, and a second push is another commit', async () => {
  const files = [{ path: 'model.safetensors', bytes: noise(70_000) }, { path: 'README.md', bytes: noise(100, 2) }];
  const puts = () => hub.log.filter(({ method, origin }) => method === 'PUT' && origin === 'cdn').length;
  const first = puts();
  await pushFiles('me/large', files, { endpoint: hub.endpoint, token, message: 'first' });
  await pushFiles('me/large', [defined(files[0]), { path: 'README.md', bytes: noise(90, 3) }], { endpoint: hub.endpoint, token, message: 'second' });
  expect(puts()).toBe(first + 1);
  const kept = hub.repos.get('me/large')!.files;
  expect([...kept.get('model.safetensors')!.at(0, 70_000)]).toEqual([...defined(files[0]).bytes]);
  expect([...kept.get('README.md')!.at(0, 90)]).toEqual([...noise(90, 3)]);
});
