import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readResult } from '../records/study';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { moodCsv } from '../testing/tinyTexts';
import { comparisonRow } from '../testing/methodComparison';
import type { RunRecord } from '../train/protocol';
import type { CompareRow } from './compare';
import { main } from './main';
import { checkpointFiles } from './python/models';

/** The Python of `run.py`: $FULLRANK_PYTHON, or python3. */
const python = process.env.FULLRANK_PYTHON ?? 'python3';
const noPython = spawnSync(python, ['-c', 'import torch, transformers, peft, accelerate, PIL']).status === 0 ? '' : `${python} has no torch, transformers, PEFT and accelerate`;
if (noPython) process.stderr.write(`SKIPPED, studies on texts by run.py: ${noPython} (FULLRANK_PYTHON names another)\n`);

const { at, out } = cliFolder('study-texts');
const json = <T = Record<string, unknown>>(...path: string[]): T => JSON.parse(readFileSync(at(...path), 'utf8')) as T;
const device = ['--device', 'wasm'];
const study = (...args: string[]) => main(['study', ...args]);

const train = { steps: 2, batch: 4, lr: 0.003, test_limit: 24 };
const lora = { method: 'lora', r: 2 };
/** One of each task on what comes with the project. */
const grids = {
  moods: { model: 'bert-nano', data: 'village-moods', methods: [lora, 'linear_probe'], train },
  stories: { model: 'llama-nano', data: 'village-stories', methods: [lora, 'full'], train },
  choices: { model: 'llama-nano', data: 'village-choices', text: { prompt: '{beginning}', answer: ' {choice}' }, methods: [lora], train: { ...train, accumulate: 2, label_smoothing: 0.1 } },
  tags: { model: 'bert-nano', data: 'village-tags', text: { task: 'token-classification' }, methods: [lora], train: { ...train, accumulate: 2, label_smoothing: 0.1 } },
  alike: { model: 'bert-nano', data: 'village-alike', methods: [lora], train },
  hidden: { model: 'bert-nano', data: 'village-stories', text: { task: 'masked-lm' }, methods: [lora], train: { ...train, steps: 4, train_limit: 8 } },
};

test('a study on texts trains, is exported with its texts as tokens, and takes results back from where model and data lie elsewhere', async () => {
  writeFileSync(at('grid.json'), JSON.stringify(grids.moods));
  expect(await study('run', at('a'), '--spec', at('grid.json'), ...device), out.join('\n')).toBe(0);
  const result = readFileSync(at('a', 'results', 'lora--r-2-seed0.json'), 'utf8');
  expect(comparisonRow(result)).toMatchObject({ status: 'success', model_id: 'bert-nano', experiment_name: 'lora/r-2-seed0' });
  const { train_info } = JSON.parse(result) as { train_info: Record<string, number> };
  const { run } = readResult(result, 'it');
  // The first step waits for kernels; what is compared is the median of the others.
  expect(train_info).toMatchObject({ first_step_time: defined(run.curve[0]).ms / 1000, median_step_time: defined(run.curve[1]).ms / 1000, typical_train_time: (2 * defined(run.curve[1]).ms) / 1000 });
  expect(train_info.train_time).toBeGreaterThanOrEqual(train_info.first_step_time!);

  expect(await study('export', at('a'), '--out', at('out'))).toBe(0);
  expect(json('out', 'study.json')).toMatchObject({ python: ['lora/r-2-seed0', 'linear_probe/seed0'] });
  const texts = await openSafetensors(bytesAccess(readFileSync(at('out', 'texts.safetensors'))));
  const split = json<{ train: number[]; val: number[]; test: number[]; batches: number[][] }>('out', 'experiments', 'lora', 'r-2-seed0', 'split.json');
  const [ids, lengths, labels] = await Promise.all(['ids', 'lengths', 'labels'].map((name) => texts.readF32(name)));
  // The first text of the test split, between [CLS] and [SEP].
  const starts = [...lengths!].reduce((sums, length) => [...sums, sums.at(-1)! + length], [0]);
  const row = defined(split.test[0]);
  const { texts: tokenizer } = await (await import('../train/openModel')).openModel(await (await import('./files')).modelTree('bert-nano'));
  expect((await tokenizer!()).decode([...ids!.slice(starts[row], starts[row + 1])])).toBe('fay took the lamp to the forest');
  expect([split.test.length, split.val.length, split.batches.map((batch) => batch.length)]).toEqual([24, 100, [4, 4]]);
  expect(json<{ classes: string[]; text: object }>('out', 'experiments', 'lora', 'r-2-seed0', 'experiment.json')).toMatchObject({ architecture: 'BertForSequenceClassification', head: 'classifier', text: { learns: 'classes', shift: 0, pad: 0 } });
  expect(json<{ classes: string[] }>('out', 'experiments', 'lora', 'r-2-seed0', 'experiment.json').classes[labels![row]!]).toBe('plain');
  expect(existsSync(at('out', 'base', 'tokenizer.json'))).toBe(true);
  expect(readFileSync(at('out', 'slurm.sh'), 'utf8')).not.toContain('DATA');

  // Elsewhere, by other paths, with the tokenizer's description written by another: the same experiments.
  for (const [what, from] of Object.entries({ model: 'models/bert-nano', data: 'data/village/moods' })) cpSync(join(import.meta.dirname, '../../public', from), at(what), { recursive: true });
  writeFileSync(at('model', 'tokenizer_config.json'), JSON.stringify({ name_or_path: '/somewhere', ...json('model', 'tokenizer_config.json') }));
  mkdirSync(at('b'));
  writeFileSync(at('b', 'study.json'), JSON.stringify({ ...grids.moods, model: at('model'), data: at('data') }));
  out.length = 0;
  expect(await study('import', at('b'), '--from', at('a'), '--json', at('b.json')), out.join('\n')).toBe(0);
  const { taken, rows } = json<{ taken: number; rows: CompareRow[] }>('b.json');
  expect([taken, rows.length, rows[0]!.devices.length]).toEqual([2, 2, 1]);
  expect(out.join('\n')).toMatch(/method +setting +adapter parameters +test accuracy % +95 % interval +matthews +runs by device/);
  // Another text is another set, another tokenizer another model.
  writeFileSync(at('data', 'test.csv'), readFileSync(at('data', 'test.csv'), 'utf8').replace('fay took the lamp', 'fay took the drum'));
  expect(await study('run', at('b'), ...device)).toBe(2);
  expect(out.at(-1)).toMatch(/is not the data of this study: its texts or labels are others/);
  expect(await study('run', at('b'), '--data', 'village-moods', ...device)).toBe(0);
  const words = json<{ model: { vocab: Record<string, number> } }>('model', 'tokenizer.json');
  const { fay, dora } = words.model.vocab as { fay: number; dora: number };
  writeFileSync(at('model', 'tokenizer.json'), JSON.stringify({ ...words, model: { ...words.model, vocab: { ...words.model.vocab, fay: dora, dora: fay } } }));
  expect(await study('run', at('b'), '--data', 'village-moods', ...device)).toBe(2);
  expect(out.at(-1)).toMatch(/is not the model of this study/);
});

test('compare trains a grid on texts at a budget, and says what else its task measures', async () => {
  writeFileSync(at('spec.json'), JSON.stringify({ ...grids.stories, budget: 5000, methods: ['lora', 'vera'] }));
  const compare = ['compare', '--spec', at('spec.json'), '--out', at('grid'), ...device];
  expect(await main(compare), out.join('\n')).toBe(0);
  const { rows } = json<{ rows: CompareRow[] }>('grid', 'compare.json');
  for (const { scores, adapter_parameters } of rows) {
    expect(scores!.perplexity).toBeGreaterThan(1);
    expect(Math.abs(adapter_parameters - 5000)).toBeLessThan(2500);
  }
  out.length = 0;
  expect(await main(compare)).toBe(0);
  expect(out.filter((line) => line.endsWith(': already there'))).toHaveLength(2);
  expect(out.join('\n')).toMatch(/perplexity\n/);
  expect(out.join('\n')).toMatch(/seconds: median step x steps, the first step of each run aside; on \S/);
  // Read otherwise, they are other runs.
  writeFileSync(at('spec.json'), JSON.stringify({ ...grids.stories, text: { max_length: 12 }, budget: 5000, methods: ['lora', 'vera'] }));
  expect(await main(compare)).toBe(2);
  expect(out.at(-1)).toMatch(/holds a run with other settings/);
});

test.each([
  [{ model: 'vit-nano', data: 'village-moods' }, /^fullrank: "village-moods" holds texts, and "vit-nano" looks at images; name a set of images, or a model that reads texts\.$/],
  [{ model: 'bert-nano', data: 'fashion-mnist' }, /^fullrank: "fashion-mnist" holds images, and "bert-nano" reads texts; name a set of texts, or a model that looks at images\.$/],
  [{ text: { task: 'causal-lm' } }, /^fullrank: vit-nano looks at images, and the text settings are for models that read texts; leave "text" out, or name another model/],
  [{ model: 'bert-nano', data: 'village-moods', text: { task: 'poetry' } }, /text\.task: it must be one of sequence-classification, /],
])('%j is refused in one sentence', async (change, says) => {
  writeFileSync(at('refused.json'), JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', methods: ['lora'], train, ...change }));
  expect(await study('run', at('refused'), '--spec', at('refused.json'), ...device)).toBeGreaterThan(0);
  expect(out.at(-1)).toMatch(says);
});

test('what run.py cannot train of texts is left out by name, in one sentence each', async () => {
  mkdirSync(at('left'));
  writeFileSync(at('left', 'study.json'), JSON.stringify({ ...grids.stories, methods: [lora, { method: 'lora_xs', r: 2 }, 'bitfit'], variants: [{}, { ema_decay: 0.9 }] }));
  expect(await study('export', at('left'), '--out', at('left-out'), '--json', at('left.json'))).toBe(0);
  const { python: able, left } = json<{ python: string[]; left: { name: string; why: string }[] }>('left.json');
  expect(able).toEqual(['lora/r-2-seed0']);
  expect(left.map(({ name, why }) => [name.replace(/\/.*ema/, '/ema'), why])).toEqual([
    ['lora/ema_decay0.9-seed0', 'run.py does not know ema_decay.'],
    ['lora_xs/r-2-seed0', 'PEFT does not train LoRA-XS as it is set here.'],
    ['lora_xs/ema_decay0.9-seed0', 'run.py does not know ema_decay.'],
    ['bitfit/seed0', 'run.py does not know BitFit.'],
    ['bitfit/ema_decay0.9-seed0', 'run.py does not know ema_decay.'],
  ]);
});

const curveOf = (path: string): RunRecord => readResult(readFileSync(path, 'utf8'), path).run;

/** Trains a grid here and by run.py, whose results have to be the same. */
async function bothWays(name: string, grid: object): Promise<void> {
  writeFileSync(at(`${name}.json`), JSON.stringify(grid));
  expect(await study('run', at(name), '--spec', at(`${name}.json`), ...device), out.join('\n')).toBe(0);
  expect(await study('export', at(name), '--out', at(`${name}-out`))).toBe(0);
  const { python: names } = json<{ python: string[] }>(`${name}-out`, 'study.json');
  // What cannot be saved loses nothing that was measured.
  mkdirSync(at(`${name}-out`, 'adapters', 'lora'), { recursive: true });
  writeFileSync(at(`${name}-out`, 'adapters', 'lora', 'r-2-seed0'), 'a file, where a folder is wanted');
  execFileSync(python, ['run.py', 'all'], { cwd: at(`${name}-out`), stdio: ['ignore', 'ignore', 'pipe'] });
  for (const experiment of names) {
    const file = `${experiment.replaceAll('/', '--')}.json`;
    const [ours, theirs] = [curveOf(at(name, 'results', file)), curveOf(at(`${name}-out`, 'results', file))];
    theirs.curve.forEach(({ loss, accuracy }, i) => {
      const here = defined(ours.curve[i]);
      expect(Math.abs(loss - here.loss)).toBeLessThan(1e-5 * Math.max(1, here.loss));
      expect(accuracy).toBeCloseTo(here.accuracy, 6);
    });
    const [mine, final] = [ours.summary!.final!, theirs.summary!.final!];
    expect(final).toMatchObject({ confusion: mine.confusion, count: mine.count });
    expect(Math.abs(final.loss - mine.loss)).toBeLessThan(1e-5 * Math.max(1, mine.loss));
    for (const [score, value] of Object.entries(mine.scores ?? {})) expect(final.scores![score], score).toBeCloseTo(value, 3);
    expect(theirs.notes ?? '').toMatch(experiment.startsWith('lora/') ? /^what was trained could not be saved/ : /^$/);
  }
  out.length = 0;
  rmSync(at(name, 'results'), { recursive: true });
  rmSync(at(`${name}-out`, 'adapters', 'lora'), { recursive: true });
  expect(await study('import', at(name), '--from', at(`${name}-out`)), out.join('\n')).toBe(0);
  expect(out.filter((line) => /taken, measured on PyTorch cpu/.test(line))).toHaveLength(names.length);
}

test.skipIf(noPython !== '').each(Object.entries(grids))('run.py of %s computes what was computed here', { timeout: 600_000 }, bothWays);

/** Families that nothing bundled is of, small, on texts that say well or ill of something; those that classify by the last token, and such as drop some of their own where nobody tells them not to. */
test.skipIf(noPython !== '').each(['RoBERTa', 'GPT-2', 'GPT-2, classifier', 'Qwen2', 'Qwen2, classifier', 'Phi-3'] as const)('run.py of a small %s computes what was computed here', { timeout: 600_000 }, async (family) => {
  const folder = family.replace(/\W+/g, '-');
  for (const [path, bytes] of Object.entries(checkpointFiles(family, false))) {
    mkdirSync(at(folder), { recursive: true });
    writeFileSync(at(folder, path), bytes);
  }
  writeFileSync(at('moods.csv'), moodCsv(60, 1));
  const classifies = /RoBERTa|classifier/.test(family);
  await bothWays(`${folder}-study`, { model: at(folder), data: at('moods.csv'), ...(!classifies && { text: { columns: { text: 'sentence' } } }), methods: [lora, 'full'], train: { ...train, steps: 3, eval_every: 1, val_fraction: 0.2 } });
});
