import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { readRuns } from './runFile';
import { eventsIn, type Scalars } from '../testing/eventFile';
import { readJson } from '../testing/readJson';
import { runRecord } from '../testing/runRecord';
import type { RunRecord } from '../train/protocol';
import { longCsv, summaryCsv, wideCsv } from './csv';
import { exportRuns, nameOf } from './index';
import { peftJsonFiles } from './peftJson';
import { clock, evaluationsOf, fileName, fileNames, runNames, scalarsOf } from './runs';
import { crc32c, tensorboardFiles } from './tensorboard';

const two = [runRecord({ classes: ['shoe', 'bag'] }), runRecord({ classes: ['shoe', 'bag'] }, { seed: 1 })];
const named = (name: string, change: Partial<RunRecord> = {}): RunRecord => ({ ...runRecord(change), spec: { ...runRecord().spec, name } });
/** Any text, and text that means something to a spreadsheet, a page, a shell or a file system. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.constantFrom('=cmd|" /C calc"!A0', '=1\n', '+1', '@SUM(A1)', '-2', 'a,b', 'a"b', 'a\nb', 'a\r\nb', '\t=1', '</script><b>', '"; rm -rf ~; "', '$(id)', '`id`', "a'b", '../../etc', 'C:\\x', 'NUL', 'con.txt', '..', '.', '~', 'é\u202eb', '\u0000'),
);

describe('names', () => {
  test('runs of one name are told apart, in files also where only case differs', () => {
    expect(runNames([named('a'), named('a'), named('a (2)')])).toEqual(['a', 'a (2)', 'a (2) (2)']);
    expect(fileNames([named('A b'), named('a-b'), named('a/b')])).toEqual(['A-b', 'a-b-2', 'a-b-3']);
  });

  test('a file is called after the one person whose runs it has', () => {
    const by = (...people: (string | undefined)[]) => nameOf(people.map((person, i) => named(`r${i}`, person === undefined ? {} : { by: person })));
    expect([by('Mia Öz', 'Mia Öz'), by('Mia'), by('Mia', 'Ben'), by('Mia', undefined), by(undefined, undefined)]).toEqual(['Mia-Oz-fashion-mnist-2-runs', 'Mia-r0', 'fashion-mnist-2-runs', 'fashion-mnist-2-runs', 'fashion-mnist-2-runs']);
  });

  test('any text becomes one harmless file name', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const name = fileName(text);
        expect(name).toMatch(/^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/);
        expect(name).not.toMatch(/\.\.|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(name.length).toBeLessThanOrEqual(90);
      }),
    );
  });
});

describe('numbers of a run', () => {
  test('each stands at the step where it was measured', () => {
    const scalars = scalarsOf(defined(two[0]));
    expect(scalars.filter(({ metric }) => metric === 'test/accuracy').map(({ step, value }) => [step, value])).toEqual([[2, 0.7], [4, 0.75]]);
    expect(scalars.filter(({ metric }) => metric === 'train/loss').map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(scalars.filter(({ metric, step }) => step === 4 && metric.startsWith('test/accuracy/')).map(({ metric, value }) => [metric, value])).toEqual([['test/accuracy/shoe', 0.7], ['test/accuracy/bag', 0.8]]);
    expect(scalars.find(({ metric, step }) => metric === 'train/images' && step === 3)!.value).toBe(6);
  });

  test('the result of the kept weights counts once, and seconds are those of training', () => {
    expect(evaluationsOf(defined(two[0]))).toHaveLength(2);
    const at = clock(defined(two[0]));
    expect([at(0), at(2), at(4), at(1), at(99)]).toEqual([0, 0.5, 1, 0.25, 1]);
  });
});

describe('CSV', () => {
  const parse = (text: string) => Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });

  const about = ['method', 'setting', 'seed', 'model', 'data', 'adapter_parameters', 'learning_rate', 'by'];
  const known = (value: number) => (Number.isInteger(value) ? value : Number(value.toPrecision(7)));

  test('a summary has a line a run, with numbers to what is known', () => {
    const { data, errors } = parse(summaryCsv([runRecord({ seconds: 7.1491999999999996, by: 'Ada', notes: 'one\ntwo' }), runRecord({ summary: null, evaluations: [], state: 'failed' }, { seed: 1 })]));
    expect(errors).toEqual([]);
    expect(data).toHaveLength(2);
    expect(data[0]).toMatchObject({ run: 'lora-0', method: 'lora', state: 'done', steps: '4', 'test/accuracy': '0.75', 'test/loss': '0.2', 'test/items': '20', 'test/step': '4', test_items_in_training: '', trainable_parameters: '1154', device_bytes: '24608', seconds: '7.1492', by: 'Ada', notes: 'one\ntwo' });
    const record = runRecord();
    const best = { ...record.summary!.final!, split: 'val' as const, accuracy: 0.8, step: 2 };
    expect(parse(summaryCsv([{ ...record, summary: { ...record.summary!, best } }])).data[0]).toMatchObject({ 'test/accuracy': '0.75', 'val/accuracy': '0.8' });
    expect(data[1]).toMatchObject({ seed: '1', state: 'failed', 'test/accuracy': '', device_bytes: '' });
  });

  test('long form holds every number', () => {
    const { data, errors, meta } = parse(longCsv(two));
    expect(errors).toEqual([]);
    expect(meta.fields).toEqual(['run', ...about, 'step', 'metric', 'value']);
    expect(about.map((name) => defined(data[0])[name])).toEqual(['lora', 'r=8; lora_alpha=8; target_modules=query value', '0', 'vit-nano', 'fashion-mnist', '1024', '0.003', '']);
    expect(parse(longCsv([runRecord({ by: 'Ada' })])).data[0]).toMatchObject({ by: 'Ada' });
    expect(data.map(({ run, step, metric, value }) => [run, Number(step), metric, Number(value)])).toEqual(two.flatMap((run) => scalarsOf(run).map(({ step, metric, value }) => [run.spec.name, step, metric, known(value)])));
  });

  test('wide form holds the same numbers, and nothing where none was measured', () => {
    const { data, errors } = parse(wideCsv(two));
    expect(errors).toEqual([]);
    expect(data).toHaveLength(8);
    const long = data.flatMap((row) => Object.entries(row).flatMap(([metric, value]) => (['run', ...about, 'step', 'seconds'].includes(metric) || value === '' ? [] : [[row.run, Number(row.step), metric, Number(value)]])));
    const key = (row: unknown) => JSON.stringify(row);
    expect(long.map(key).sort()).toEqual(two.flatMap((run) => scalarsOf(run).map(({ step, metric, value }) => key([run.spec.name, step, metric, known(value)]))).sort());
  });

  test('no name breaks out of its cell, and none is a formula', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, label) => {
        const run = named(name, { classes: [label, 'b'] });
        for (const text of [longCsv([run]), wideCsv([run]), summaryCsv([run])]) {
          const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: true });
          expect(errors).toEqual([]);
          expect(new Set(data.map((row) => row.length)).size).toBe(1);
          expect(data.slice(1).every((row) => row[0] === name || row[0] === `'${name}`)).toBe(true);
          expect(data.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell)))).toEqual([]);
        }
      }),
    );
  });
});

describe('PEFT\'s method_comparison', () => {
  // What its processing.py takes for granted, and as which type.
  const whole = [['train_info', 'accelerator_memory_reserved_avg'], ['train_info', 'accelerator_memory_max'], ['train_info', 'accelerator_memory_reserved_99th'], ['train_info', 'file_size']];
  const real = [['run_info', 'total_time'], ['train_info', 'train_time']];

  type Json = Record<string, unknown>;
  type Row = { run_info: Json & { train_config: Json; peft_config: Json | null }; train_info: Json & { metrics: Record<string, number>[] }; meta_info: Json };

  test('has what its reader takes for granted', () => {
    const files = peftJsonFiles([runRecord({ created: 1_000, ended: 9_000 }), runRecord({}, { seed: 1 }, { method: 'full' }), runRecord({}, {}, { method: 'randlora', r: 9, target_modules: ['query'] }), runRecord({}, { seed: 2 }, { method: 'linear_probe' })]);
    const rows = files.map(({ bytes }) => JSON.parse(bytes) as Row);
    expect(files.map(({ path }) => path)).toEqual(['lora-0.json', 'full-1.json', 'randlora-0.json', 'linear_probe-2.json']);
    expect(rows.map(({ run_info }) => run_info.peft_config?.peft_type)).toEqual(['LORA', undefined, 'RANDLORA', 'LINEAR_PROBE']);
    for (const row of rows) {
      for (const [part, name] of whole) expect(Number.isInteger((row[part as keyof Row] as Json)[name!])).toBe(true);
      for (const [part, name] of real) expect(typeof (row[part as keyof Row] as Json)[name!]).toBe('number');
      expect(row.train_info.status).toBe('success');
      const last = row.train_info.metrics.at(-1)!;
      // PEFT's reader takes 123 for an unknown that is not there.
      expect(last.forgetting).toBeNull();
      for (const name of ['test accuracy', 'train loss', 'train samples', 'train total tokens']) expect(typeof last[name]).toBe('number');
      expect(typeof row.run_info.train_config.model_id).toBe('string');
      for (const name of ['transformers', 'peft', 'datasets', 'torch', 'bitsandbytes']) expect(row.meta_info.package_info).toHaveProperty(`${name}-version`);
      expect(row.meta_info).toHaveProperty('system_info');
    }
    expect(defined(rows[0]).run_info).toMatchObject({ created_at: '1970-01-01T00:00:01.000Z', total_time: 8, experiment_name: 'lora/lora-0' });
    expect(defined(rows[0]).train_info.metrics.map((m) => [m.step, m['train samples'], m['train loss']])).toEqual([[2, 4, 1.625], [4, 8, 1.125], [4, 8, 1.375]]);
  });

  test('what did not succeed is no success', () => {
    const status = (change: Partial<RunRecord>) => readJson<{ train_info: { status: string } }>(defined(peftJsonFiles([runRecord(change)])[0]).bytes).train_info.status;
    expect(status({ state: 'stopped' })).toBe('canceled');
    expect(status({ state: 'failed', summary: null })).toBe('failed');
    expect(status({ state: 'done', summary: null, evaluations: [] })).toBe('failed');
  });
});

describe('TensorBoard', () => {
  test('the checksum is CRC-32C', () => expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283));

  test('another reader finds every number at its step', () => {
    const files = tensorboardFiles(two.map((run) => ({ ...run, created: 1_700_000_000_000 })), 0);
    expect(files.map(({ path }) => path)).toEqual(['lora-0/events.out.tfevents.1700000000.fullrank', 'lora-1/events.out.tfevents.1700000000.fullrank']);
    files.forEach(({ bytes }, i) => {
      const { version, scalars } = eventsIn(bytes);
      expect(version).toBe('brain.Event:2');
      expect(scalars).toEqual(scalarsOf(defined(two[i])).map(({ metric, step, value, seconds }): Scalars[number] => ({ tag: metric, step, value: Math.fround(value), wall_time: 1_700_000_000 + seconds })));
    });
  });

  test('numbers that are none stay so, and any name is a tag', () => {
    fc.assert(
      fc.property(hostile, (label) => {
        const [file] = tensorboardFiles([named('x', { classes: [label, 'b'], curve: [{ ...defined(defined(two[0]).curve[0]), loss: Infinity, grad_norm: NaN }] })], 0);
        const { scalars } = eventsIn(file!.bytes);
        expect(scalars.find(({ tag }) => tag === 'train/loss')!.value).toBe(Infinity);
        expect(scalars.find(({ tag }) => tag === 'train/grad_norm')!.value).toBeNaN();
        expect(scalars.some(({ tag }) => tag === `test/accuracy/${label}`)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

test('the file of runs is one that can be read', async () => {
  const [file] = await exportRuns(two, 'runs', 1);
  expect(file!.path).toBe('fashion-mnist-2-runs.runs.json');
  expect(readRuns(new TextEncoder().encode(file!.bytes as string), 'f')).toEqual(two);
});
