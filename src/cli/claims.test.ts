import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { claimRound } from './chaos/study';
import { Claim, Claims, placeHere, type Place } from './claims';

const { at } = cliFolder('claims');
const elsewhere: Place = { host: 'other', boot: 'b', space: 's', pid: 1, start: '5' };
const taken = async (claims: Claims, name: string): Promise<Claim> => {
  const claim = await claims.take(name);
  if (!(claim instanceof Claim)) throw new Error(`${name} is not free: ${JSON.stringify(claim)}`);
  return claim;
};
/** The one file of a claim. */
const lockOf = (folder: string, name: string) => at(folder, readdirSync(at(folder)).find((file) => file.startsWith(`${name}.lock.`))!);

test('machines that are killed or stand still before any call of theirs never train one experiment at once, and somebody does', async () => {
  for (let round = 0; round < 400; round++) expect([round, (await claimRound(7, round)).broken]).toEqual([round, '']);
});

test('who has an experiment is kept from others until it is given back, is silent, or is known to be gone', async () => {
  const mine = new Claims(at('a'), { silence: 60 });
  const other = new Claims(at('a'), { silence: 60, place: elsewhere });
  const first = await taken(other, 'x');
  first.note(3, 9);
  await first.beat();
  expect(await mine.take('x')).toMatchObject({ free: false, by: { host: 'other', pid: 1, step: 3, steps: 9 } });
  await first.release(false, 'stopped');
  expect(await mine.look('x')).toMatchObject({ free: true, by: { released: 'stopped' } });
  const second = await taken(mine, 'x');
  expect(await other.take('x')).toMatchObject({ free: false });
  // Its process is there, but was not heard of for longer than allowed: the disk's clock says so.
  utimesSync(lockOf('a', 'x'), new Date(), new Date(Date.now() - 61_000));
  const third = await taken(other, 'x');
  await expect(second.check()).rejects.toThrow(/silent for too long/);
  await second.release(true);
  expect(await mine.take('x')).toMatchObject({ free: false, by: { host: 'other' } });
  await third.release(true);
  expect(readdirSync(at('a'))).toEqual([]);
});

test('a process of this machine that has ended is taken over from at once, also where its number was given again', async () => {
  const claims = new Claims(at('b'), { silence: 3600 });
  const here = placeHere();
  const child = spawn('sleep', ['60']);
  const start = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[19]!;
  await taken(new Claims(at('b'), { silence: 3600, place: { ...here, pid: child.pid!, start } }), 'x');
  expect(await claims.take('x')).toMatchObject({ free: false });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await taken(claims, 'x')).release(false);
  // Number 1 is there, and is another process.
  await taken(new Claims(at('b'), { silence: 3600, place: { ...here, pid: 1, start: '12345' } }), 'y');
  await taken(claims, 'y');
  // The same number of another machine, or of another space of numbers, says nothing.
  await taken(new Claims(at('b'), { silence: 3600, place: { ...here, space: 'pid:[1]', pid: 999_999, start: '1' } }), 'z');
  expect(await claims.take('z')).toMatchObject({ free: false });
});

test('a disk without hard links has claims too, and a file that cannot be read is somebody’s until it is silent', async () => {
  const disk = await import('node:fs/promises');
  const link = vi.fn(() => Promise.reject(Object.assign(new Error('not supported'), { code: 'ENOTSUP' })));
  const plain = (place = elsewhere) => new Claims(at('c'), { silence: 60, place, files: { ...disk.default, link } });
  const claim = await taken(plain(), 'x');
  expect(link).toHaveBeenCalledTimes(1);
  expect(await plain(placeHere()).take('x')).toMatchObject({ free: false });
  await claim.release(true);
  writeFileSync(at('c', 'y.lock.1'), '{"host":');
  expect(await plain().take('y')).toMatchObject({ free: false, by: null });
  utimesSync(at('c', 'y.lock.1'), new Date(), new Date(Date.now() - 61_000));
  await taken(plain(), 'y');
});

test('a process that ends at once gives back what it has', () => {
  const code = `const { load } = await import('${import.meta.dirname}/load.mjs'); const { Claims } = await load('src/cli/claims.ts'); await new Claims(process.argv[1], { silence: 60 }).take('x'); process.exit(0);`;
  expect(spawnSync(process.execPath, ['--input-type=module', '-e', code, at('d')]).status).toBe(0);
  expect(JSON.parse(readFileSync(lockOf('d', 'x'), 'utf8'))).toMatchObject({ released: expect.any(String) as string });
});
