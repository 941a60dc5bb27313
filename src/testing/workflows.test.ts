import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resolveConfig } from 'vite';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');
const workflows = Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string>; engines: { node: string } };

test('workflows call what there is', () => {
  expect(Object.keys(workflows).sort()).toEqual(['publish.yml', 'test.yml']);
  const npm = Object.values(workflows).flatMap((text) => [...text.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name]) => name!));
  expect(npm.filter((name) => !['ci', 'pack'].includes(name) && !Object.hasOwn(scripts, name))).toEqual([]);
  const least = defined(/(\d+)/.exec(engines.node)![1]);
  for (const text of Object.values(workflows)) for (const [, version] of text.matchAll(/node-version: (\d+)/g)) expect(Number(version)).toBeGreaterThanOrEqual(Number(least));
});

test('nothing but the jobs that publish may write, and no secret stands in a command', () => {
  for (const text of Object.values(workflows)) {
    expect(text).toMatch(/\npermissions:\n {2}contents: read\n/);
    expect(text.match(/^ *(- )?run:.*\$\{\{.*$/gm)).toBeNull();
  }
  expect(workflows['test.yml']).not.toMatch(/: write/);
});

test('the studio is published as it is built for any path, with the front matter of a static Space', async () => {
  expect((await resolveConfig({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' }, 'build')).base).toBe('./');
  expect(workflows['publish.yml']).toContain('npm run build');
  const [, path] = /cp (\S+) dist\/README\.md/.exec(defined(workflows['publish.yml']))!;
  expect(existsSync(join(root, path!))).toBe(true);
  const [, head] = /^---\n([^]*?)\n---\n/.exec(readFileSync(join(root, path!), 'utf8'))!;
  expect(Object.fromEntries(head!.split('\n').map((line) => line.split(': ') as [string, string]))).toMatchObject({ sdk: 'static', app_file: 'index.html', license: 'mit' });
});
