import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { hubToken } from './token';

const home = mkdtempSync(join(tmpdir(), 'fullrank-token-'));
afterEach(() => vi.unstubAllEnvs());

test('a saved token is found where huggingface_hub keeps it, and goes to no hub that was named', () => {
  mkdirSync(join(home, 'huggingface'));
  writeFileSync(join(home, 'huggingface/token'), 'hf_saved\n');
  writeFileSync(join(home, 'other'), 'hf_other');
  for (const name of ['HF_TOKEN', 'HF_TOKEN_PATH', 'HF_HOME']) vi.stubEnv(name, '');
  vi.stubEnv('XDG_CACHE_HOME', home);
  expect([hubToken(undefined), hubToken('https://mirror.example')]).toEqual(['hf_saved', undefined]);
  vi.stubEnv('HF_HOME', join(home, 'nowhere'));
  expect(hubToken(undefined)).toBeUndefined();
  vi.stubEnv('HF_TOKEN_PATH', join(home, 'other'));
  expect(hubToken(undefined)).toBe('hf_other');
  vi.stubEnv('HF_TOKEN', 'hf_given');
  expect([hubToken(undefined), hubToken('https://mirror.example')]).toEqual(['hf_given', 'hf_given']);
  rmSync(home, { recursive: true });
});
