import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { gpu } from '../testing/dawn';
import { named } from './entries';
import { sampledError } from './entries/matmul';
import { vit } from './entries/vit';
import { floors, floorTable, PEERS } from './floors';
import { agreement, OURS, type Contestant, type Entry, type Group, type Setup } from './entry';
import { spread } from './numbers';
import { bytesTable, parseReports, table, type Report, type Row } from './report';
import { runEntry, type RunOptions } from './run';
import { groupTable, readme } from './tables';

const options: RunOptions = { rounds: 1, least: 0, seconds: 600, without: '', profile: false };
const setup = (): Setup => ({ place: 'node', gpu: gpu() });

describe('our training step', () => {
  test('has the losses of PyTorch, and takes the bytes that were planned', async () => {
    const [step] = vit.entries as [Entry];
    const [row] = (await runEntry(vit, { ...step, contestants: step.contestants.slice(0, 1) }, setup(), options)) as [Row];
    expect(row).toMatchObject({ contestant: OURS, problem: '', ms: { n: 1 } });
    // Of two steps: the second comes after one update of all weights.
    expect(row.error).toBeLessThan(2e-5);
    expect(row.peak_bytes).toBe(Object.values(row.bytes!).reduce((a, b) => a + b, 0));
    expect(row.dispatches).toBeGreaterThan(200);
    const text = groupTable('vit', [row]);
    expect(text).toContain(`| ${step.name} | ${OURS} | `);
    expect(text).toContain('MiB by role');
  });
});

describe('the run of an entry', () => {
  const fake = (name: string, numbers: number[], more: Partial<Contestant> = {}): Contestant => ({ name, start: async () => ({ step: async () => {}, result: async () => Float32Array.from(numbers), stop: () => {} }), ...more });
  const run = (contestants: Contestant[]) => {
    const entry: Entry = { name: 'e', contestants, check: agreement((a, b) => Math.abs(defined(a[0]) - defined(b[0]))), tolerance: 0.1 };
    const group: Group = { name: 'g', title: '', baseline: 'a', entries: [entry] };
    return runEntry(group, entry, setup(), { ...options, without: 'unwanted' });
  };

  test('whoever fails, or computes something else, is a row that says so; the others are counted', async () => {
    const broken = fake('broken', [], { start: async () => Promise.reject(new Error('no such backend')) });
    const rows = await run([fake('a', [1]), fake('b', [1.05]), fake('far', [2]), broken, fake('elsewhere', [1], { places: ['chromium'] }), fake('unwanted', [1])]);
    expect(rows.map((r) => [r.contestant, r.problem, r.ms?.n])).toEqual([
      ['a', '', 1],
      ['b', '', 1],
      ['far', 'its numbers differ by 1.0e+0, more than 0.1', 1],
      ['broken', 'no such backend', undefined],
    ]);
    expect(defined(rows[1]).time_ratio).toBeGreaterThan(0);
  });

  test('contestants take turns, each is given back, and one that takes too long keeps its first step', async () => {
    const order: string[] = [];
    const noted = (name: string, ms: number): Contestant => ({
      name,
      start: async () => ({ step: async () => void (order.push(name), await new Promise((done) => setTimeout(done, ms))), stop: () => void order.push(`-${name}`) }),
    });
    const entry: Entry = { name: 'e', contestants: [noted('a', 1), noted('slow', 1100)] };
    const rows = await runEntry({ name: 'g', title: '', baseline: 'a', entries: [entry] }, entry, setup(), { ...options, rounds: 2, seconds: 1 });
    expect(order).toEqual(['a', 'slow', 'a', 'a', '-a', '-slow']);
    expect(rows[1]).toMatchObject({ ms: { n: 1 }, note: 'first step only, with compilation' });
    expect(defined(rows[1]).time_ratio).toBeUndefined();
  });
});

test('a product that is off in one entry of many is found, and so is one of another size', () => {
  const work = { M: 2, K: 3, N: 2, xTransposed: false, x: Float32Array.of(1, 2, 3, 4, 5, 6), w: Float32Array.of(1, 0, 0, 1, 1, 1) };
  expect(sampledError(work, Float32Array.of(4, 5, 10, 11))).toBe(0);
  expect(sampledError({ ...work, xTransposed: true }, Float32Array.of(6, 8, 8, 10))).toBe(0);
  expect(sampledError(work, Float32Array.of(4, 5, 10, 12))).toBeCloseTo(1 / 11);
  expect(sampledError(work, Float32Array.of(4, 5, 10, NaN))).toBe(Infinity);
  expect(sampledError(work, Float32Array.of(4, 5))).toBe(Infinity);
});

test('the spread of an even and an odd number of times', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, n: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, n: 4 });
});

describe('the tables', () => {
  const row: Row = { group: 'vit', entry: 'a|b', contestant: 'x', problem: '', ms: { median: 12.34, min: 1.234, max: 1234, n: 5 }, time_ratio: 0.5, peak_bytes: 2 ** 20, bytes: { temp: 2 ** 19, param: 2 ** 19 }, error: 2e-7 };

  test('have the columns that somebody fills, and say why a row is empty', () => {
    expect(table('Title', 'y', [row, { group: 'vit', entry: 'a', contestant: 'y', problem: 'no adapter' }])).toBe(
      [
        '\nTitle\n',
        '| work | who | ms (min to max) | n | time / y | peak MiB | error |',
        '|---|---|---|---|---|---|---|',
        '| a/b | x | 12.3 (1.23 to 1234) | 5 | 0.50 | 1.00 | 2e-7 |',
        '| a | y | – | – | – | – | no adapter |',
      ].join('\n'),
    );
    expect(bytesTable([row])).toContain('| work | who | temp | param | all |\n|---|---|---|---|---|\n| a/b | x | 0.50 | 0.50 | 1.00 |');
  });

  test('of a file come group by group, one under the other', () => {
    const report = { where: 'node', adapter: { vendor: 'v', architecture: 'a', description: '' }, about: 'versions', rounds: 5, rows: [row] } as unknown as Report;
    const text = readme([report, { ...report, where: 'chromium' }]);
    expect(text).toMatch(/^- node: v a; versions\n- chromium: v a; versions\n/);
    expect(text.match(/^(<details><summary>Training step of a ViT|Node:|Chromium:)/gm)).toHaveLength(3);
    expect(text.match(/MiB by role/g)).toHaveLength(1);
    expect(readme(parseReports(JSON.stringify([report])))).toContain('| a/b | x |');
    for (const other of ['', '{}', '[{"where":"moon"}]']) expect(() => parseReports(other)).toThrow(/no file that npm run bench/);
  });

  test('every entry has a name of its own that no other name contains', () => {
    for (const { name } of named) expect(named.filter((n) => n.name.includes(name)).map((n) => n.name)).toEqual([name]);
  });
});

describe('the floors', () => {
  test('name entries and contestants that there are', () => {
    for (const { group, entry, value } of floors) {
      const found = named.find((n) => n.group.name === group && n.entry.name === entry);
      expect(found, `${group}/${entry}`).toBeDefined();
      const asked = new Set<string>();
      value((who) => (asked.add(who), undefined));
      const there = [...found!.entry.contestants.map((c) => c.name), ...(found!.entry.torch ? ['PyTorch'] : [])];
      for (const who of asked) if (!PEERS.includes(who)) expect(there, `${group}/${entry}`).toContain(who);
    }
  });

  test('are ratios round by round, reached or missed; what was not measured stays empty', () => {
    const rows: Row[] = [['fullrank', [10, 30], 80], ['jax-js', [25, 70], 100], ['tfjs', [], 100]].map(([contestant, times, peak]) => ({ group: 'vit', entry: 'training step, batch 32', contestant, times, peak_bytes: peak, problem: '' }) as unknown as Row);
    const report = { where: 'node', rows } as unknown as Report;
    const text = floorTable([report, { ...report, where: 'chromium', rows: [] }]);
    expect(text).toContain('| ViT step: times as fast as the fastest WebGPU peer | at least 2 | 2.42 reached |');
    expect(text).toContain('| ViT step: peak bytes against jax-js | at most 0.4 | 0.80 **missed** |');
    expect(text).not.toContain('product');
    expect(floorTable([{ ...report, rows: [] }])).toBe('');
  });
});
