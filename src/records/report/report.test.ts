import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import type { RunRecord } from '../../train/protocol';
import { linearScale } from '../../figures/scale';
import { defined } from '../../numbers/defined';
import { chart } from './chart';
import { comparisons, standing, unequal } from './groups';
import { html } from './html';
import { reportPage } from './page';

const lora = { method: 'lora', r: 8, target_modules: ['query'] };
/** A run of one seed whose test accuracy is `accuracy`. */
const scored = (method: RunRecord['spec']['method'], seed: number, accuracy: number): RunRecord => {
  const run = runRecord({}, { seed }, method);
  return { ...run, summary: { ...run.summary!, final: { ...run.summary!.final!, accuracy } } };
};
const clear = [0, 1, 2].flatMap((seed) => [scored(lora, seed, 0.5 + seed / 100), scored({ method: 'full' }, seed, 0.8 + seed / 100)]);

test('whose runs they are is said once, and of each run where they are of several people', () => {
  const [one, other] = ['Ada', 'Ben <b>'].map((by, seed) => ({ ...scored(lora, seed, 0.5), by }));
  expect(reportPage([one!], 0)).toContain('<p>Trained by Ada.</p>');
  expect(reportPage([one!], 0)).not.toContain('<th scope="col" class="">by</th>');
  const both = reportPage([one!, other!], 0);
  expect(both).toContain('<p>Trained by Ada and Ben &lt;b&gt;.</p>');
  expect(both).toContain('<th scope="col" class="">by</th>');
  expect(both).toContain('<td class="">Ben &lt;b&gt;</td>');
  expect(reportPage([scored(lora, 0, 0.5)], 0)).not.toContain('Trained by');
});

describe('what is found', () => {
  const text = (runs: RunRecord[]) => reportPage(runs, 0).match(/<p class="finding">([^<]*)</)![1];

  test('means that differ by more than chance explains are said to, with their intervals', () => {
    expect(text(clear)).toMatch(/^Full is better than LoRA r 8 by [\d.]+ points \(95 % interval [\d.]+ to [\d.]+\)\. Runs are compared in pairs of the same seed; /);
  });

  test('means that differ by no more than chance are not distinguishable', () => {
    const near = [0, 1, 2].flatMap((seed) => [scored(lora, seed, 0.5 + seed / 10), scored({ method: 'full' }, seed, 0.52 + seed / 10)]);
    expect(text(near)).toMatch(/^Full is highest, but LoRA r 8 is not distinguishable from it over 3 seeds\./);
  });

  test('one seed says nothing about another', () => {
    expect(text([scored(lora, 0, 0.5), scored({ method: 'full' }, 0, 0.9)])).toBe('One seed each: differences may be chance.');
    expect(text([scored(lora, 0, 0.5)])).toBe('LoRA r 8 reaches 50.0 % test accuracy over 1 seed.');
    expect(text([runRecord({ summary: null, evaluations: [] })])).toBe('No run has a result on test pictures.');
  });

  test('means that are written alike are a tie', () => {
    const single = [scored(lora, 0, 0.8), scored({ method: 'full' }, 0, 0.8004)];
    expect(text(single)).toBe('One seed each, with equal results.');
    const seeds = (method: RunRecord['spec']['method'], accuracy: number) => [0, 1, 2].map((seed) => scored(method, seed, accuracy + seed / 100));
    expect(text([...seeds(lora, 0.8), ...seeds({ method: 'full' }, 0.8), ...seeds({ method: 'linear_probe' }, 0.5)])).toMatch(/^(LoRA r 8 and Full|Full and LoRA r 8) have the same mean over 3 seeds, the highest\. (LoRA r 8|Full) is better than Linear probe by /);
  });

  test('the same seed twice does not narrow the interval', () => {
    const [comparison] = comparisons([scored(lora, 0, 0.5), scored(lora, 0, 0.5), scored(lora, 1, 0.6)]);
    expect(defined(comparison!.groups[0]).test).toMatchObject({ n: 2, mean: 0.55 });
  });

  test('what misses the budget of the others is left out of the finding, and said', () => {
    const of = (method: RunRecord['spec']['method'], parameters: number, accuracy: number) => [0, 1, 2].map((seed) => {
      const run = scored(method, seed, accuracy + seed / 1000);
      return { ...run, summary: { ...run.summary!, plan: { ...run.summary!.plan, adapter_parameters: parameters } } };
    });
    expect(text([...of({ method: 'lora', r: 5 }, 40_960, 0.6), ...of({ method: 'randlora', r: 8 }, 43_520, 0.7), ...of({ method: 'vera', r: 378 }, 11_656, 0.8)])).toMatch(/^RandLoRA r 8 is better than LoRA r 5 by 10\.0 points .* VeRA r 378 is off the budget that the others share \(11,656 adapter parameters\) and is left out of this\.$/);
  });

  test('two seeds carry no interval, and one of three is not drawn beyond 100 %', () => {
    const full = { method: 'full' };
    const two = [scored(lora, 0, 0.842), scored(lora, 1, 0.947), scored(full, 0, 0.8), scored(full, 1, 0.8)];
    expect(reportPage(two, 0)).not.toMatch(/± [0-9]|class="bar"/);
    const page = reportPage([...two, scored(lora, 2, 0.999), scored(full, 2, 0.2)], 0);
    expect(page).toContain('<td class="n">± 19.9</td>');
    const [, top, bottom] = /<path class="bar" d="M[\d.]+ ([\d.-]+)V([\d.-]+)/.exec(page)!.map(Number);
    expect(Math.min(top!, bottom!)).toBeGreaterThanOrEqual(34);
  });

  test('a table has the differences from the best, with what they are made of and cover', () => {
    const page = reportPage([...clear, scored({ method: 'linear_probe' }, 0, 0.2)], 0);
    const [, table] = /<caption>Differences from Full<\/caption>(.*?)<\/table>/.exec(page) ?? [];
    const rows = [...table!.matchAll(/<tr>(.*?)<\/tr>/g)].slice(1).map(([, row]) => [...row!.matchAll(/<t[hd][^>]*>([^<]*)</g)].map(([, cell]) => cell));
    expect(rows.map(([label, points, , , told, how]) => [label, points, told, how])).toEqual([['LoRA r 8', '−30.0', 'worse', 'paired by seed, 3 seeds'], ['Linear probe', expect.stringMatching(/^−/), 'too few seeds', 'too few seeds, 1 seed']]);
  });

  test('the name of a single point does not lie on a line where there is room elsewhere', () => {
    const scale = linearScale(0, 1);
    const line = { method: 'full', label: 'Full', x: [0, 1], y: [0.5, 0.5], marks: true, named: true };
    const { text: svg } = chart({ title: '', summary: '', xLabel: '', yLabel: '', sx: scale, sy: scale, tickX: String, tickY: String, lines: [line, { method: 'lora', label: 'LoRA r 5', x: [0.2], y: [0.5], marks: true, named: true }] });
    const [, bottom] = /y="([\d.]+)" text-anchor="middle">LoRA r 5/.exec(svg)!.map(Number);
    const [, at] = /translate\([\d.]+ ([\d.]+)\)" d=/.exec(svg)!.map(Number);
    expect(Math.abs(bottom! - 3.5 - at!)).toBeGreaterThan(10);
  });

  test('runs that were looked at more often are no group of their own', () => {
    expect(defined(comparisons([scored(lora, 0, 0.5), runRecord({}, { seed: 1, eval_every: 1, snapshots: 3 }, lora)])[0]).groups).toHaveLength(1);
  });

  test('unequal settings are named, other data sets stand apart', () => {
    const [comparison] = comparisons([scored(lora, 0, 0.5), runRecord({}, { seed: 1, steps: 9 }, lora)]);
    expect(unequal(comparison!)).toEqual([['steps', [4, 9]]]);
    // A run without a result is compared with none.
    const untested = runRecord({}, { seed: 2, steps: 7 }, lora);
    expect(unequal(defined(comparisons([scored(lora, 0, 0.5), scored(lora, 1, 0.5), { ...untested, evaluations: [], summary: null }])[0]))).toEqual([]);
    expect(standing(comparison!)!.ranked.map(({ verdict }) => verdict)).toEqual(['best', 'open']);
    const other = runRecord();
    expect(comparisons([runRecord(), { ...other, spec: { ...other.spec, data: 'else' } }])).toHaveLength(2);
  });
});

describe('runs on texts', () => {
  const reading = (task: string, classes: string[], measured: object): RunRecord[] =>
    [0, 1, 2].map((seed) => {
      const run = scored(lora, seed, 0.5 + seed / 100);
      return { ...run, classes, spec: { ...run.spec, text: { task } }, summary: { ...run.summary!, final: { ...run.summary!.final!, ...measured } } };
    });
  const finding = (page: string) => defined(/<p class="finding">([^<]*)</.exec(page)![1]);

  test.each([
    ['sequence-classification', ['sad', 'glad'], {}, 'LoRA r 8 reaches 51.0 % test accuracy (± 2.5) over 3 seeds.', 'test accuracy, %'],
    ['token-classification', ['O', 'NAME'], {}, 'LoRA r 8 reaches 51.0 % of the words of test texts right (± 2.5) over 3 seeds.', 'share of words right in test texts, %'],
    ['causal-lm', [], { scores: { perplexity: 3 } }, 'LoRA r 8 reaches 51.0 % of the tokens of test texts right (± 2.5) over 3 seeds.', 'share of tokens right in test texts, %'],
    ['sequence-classification', ['score'], { scores: { pearson: -0.25, spearman: -0.2 } }, 'LoRA r 8 reaches a Pearson correlation of −25.0 % on test texts (± 0.0) over 3 seeds.', 'Pearson correlation on test texts, %'],
  ])('%s of %o are spoken of as such, and never as images', (task, classes, measured, expected, head) => {
    const page = reportPage(reading(task, classes, measured), 0);
    expect(finding(page)).toBe(expected);
    expect(page).toContain(`>${head}<`);
    expect(page.replace(/<style>[^]*<\/style>/, '')).not.toMatch(/\bimages?\b|NaN/);
  });

  test('what is read otherwise of one table stands apart', () => {
    expect(comparisons([...reading('sequence-classification', ['a', 'b'], {}), ...reading('causal-lm', [], {})]).map(({ about }) => about)).toEqual(['texts', 'next']);
  });
});

describe('the page', () => {
  test('names what memory is for, and writes learning rates, as the page does', () => {
    const run = (seed: number, lr: number): RunRecord => {
      const one = runRecord({}, { seed, lr }, lora);
      return { ...one, summary: { ...one.summary!, allocated: { frozen: 2 ** 21, staging: 2 ** 20, temp: 2 ** 20, param: 2 ** 20 } } };
    };
    const expected = reportPage([run(0, 0.0001), run(1, 0.001)], 0);
    const heads = defined(expected.match(/<caption>Memory on the device by role, MiB<\/caption><thead>([^]*?)<\/thead>/)![1]);
    expect(heads.replace(/<[^>]+>/g, '|').split('|').filter(Boolean)).toEqual(['method', 'frozen weights', 'activations', 'read-back', 'trainable', 'total']);
    expect(expected).toContain('<li>lr: 0.0001, 0.001</li>');
  });

  const page = reportPage(clear, Date.UTC(2026, 0, 2));

  test('stands alone: no script, nothing that is loaded, and a policy that says so', () => {
    const style = defined(/<style>([^]*?)<\/style>/.exec(page)![1]);
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'"`);
    expect(page).not.toMatch(/unsafe-inline|unsafe-eval|\sstyle=/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|javascript:|\son\w+=|url\(|@import|https?:/i);
    expect(page).toContain('2026-01-02');
  });

  test('draws a line for each run, a mark and an error bar for each method, in the colours of the page', () => {
    expect(page.match(/<path class="line"/g)).toHaveLength(12);
    expect(page.match(/<path class="bar"/g)).toHaveLength(2);
    expect(page).toMatch(/--m-blue: *light-dark\(#0072B2, #3F9BD8\)/);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  test('one seed has no interval: none is promised, no axis goes beyond all, and names cover no mark', () => {
    const at = (method: RunRecord['spec']['method'], parameters: number): RunRecord => {
      const run = scored(method, 0, 0.8);
      return { ...run, summary: { ...run.summary!, plan: { ...run.summary!.plan, trainable_parameters: parameters } } };
    };
    const single = reportPage([at(lora, 40_960), at({ method: 'randlora', r: 8 }, 60_000)], 0);
    const figure = single.match(/<figure>(?:(?!<figure>)[^])*Test accuracy against trainable parameters\. [^]*?<\/figure>/)![0];
    expect(figure).not.toContain('class="bar"');
    const ticks = [...figure.matchAll(/text-anchor="end">([\d.]+)<\/text>/g)].map(([, tick]) => Number(tick));
    expect(Math.max(...ticks)).toBeLessThanOrEqual(100);
    const marks = [...figure.matchAll(/class="mark" transform="translate\(([\d.]+) ([\d.]+)\)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const names = [...figure.matchAll(/class="label" x="([\d.]+)" y="([\d.]+)" text-anchor="middle">([^<]+)</g)];
    expect(names.map(([, , , name]) => name).sort()).toEqual(['LoRA r 8', 'RandLoRA r 8']);
    for (const [, x, y, name] of names) for (const [mx, my] of marks) expect(Math.abs(mx! - Number(x)) > 3.5 * name!.length || Math.abs(my! - Number(y)) > 8).toBe(true);
  });

  test('every tag that is opened is closed', () => {
    const open: string[] = [];
    for (const [, end, name, own] of page.replace(/<style>[\s\S]*<\/style>/, '').matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
      if (own || name === 'meta') continue;
      if (!end) open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test('no name changes a tag', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.constantFrom('</script><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '</title></style><svg onload=alert(1)>', '<!--', ']]>', '&lt;', '`${1}`', '\u202egnp.exe'),
    );
    const tags = (text: string, label: string, note: string) => {
      const run = runRecord({ classes: [label, text], model_title: text, data_title: label, notes: note });
      const named = { ...run, spec: { ...run.spec, name: text, model: label, data: note, method: { ...lora, target_modules: [text] }, train: { ...run.spec.train, templates: `1${note}` } } };
      return reportPage([named, { ...named, spec: { ...named.spec, train: { ...named.spec.train, seed: 1, templates: `2${text}` } } }], 0).match(/<[^>]*>/g);
    };
    const plain = tags('x', 'y', 'z');
    fc.assert(fc.property(hostile, hostile, hostile, (text, label, note) => {
      expect(tags(text, label, note)).toEqual(plain);
    }), { numRuns: 60 });
  });

  test('values are escaped, markup is not escaped twice', () => {
    expect(html`<b title="${'"\'&'}">${'<i>'}${html`<u>${1}</u>`}${[html`<s>`, 'a<']}${null}${false}</b>`.text).toBe('<b title="&quot;&#39;&amp;">&lt;i&gt;<u>1</u><s>a&lt;</b>');
  });
});

test('notes keep their lines', () => {
  const page = reportPage([runRecord({ notes: 'one\ntwo' })], 0);
  expect(page).toContain('<dd>one\ntwo</dd>');
  expect(page).toMatch(/dd \{[^}]*white-space: pre-line/);
});
