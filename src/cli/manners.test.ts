import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { version } from '#package.json';
import { describe, expect, test, vi } from 'vitest';
import { methodFields } from '../adapters/fields';
import * as device from '../api/device';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { command } from '../testing/commands';
import { commandNames, commandOf, main } from './main';
import { parseArguments } from './parse';
import type { FinishedRun } from './train';

const { at, out } = cliFolder('manners');
const train = ['train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--steps', '2', '--batch', '4', '--train-limit', '20', '--test-limit', '20'];

/** Lines of a command that must end with this code. */
async function said(code: number, ...argv: string[]): Promise<string> {
  out.length = 0;
  expect([await main(argv), ...out].slice(0, 1), out.join('\n')).toEqual([code]);
  return out.join('\n');
}

describe('help', () => {
  test('without a command it is the overview, as wrong use; asked for it is none', async () => {
    for (const [code, ...argv] of [[2], [0, '--help'], [0, 'help'], [0, '-h']] as const) {
      const text = await said(code, ...argv);
      for (const name of commandNames) expect(text).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    }
  });

  test.each(commandNames)('%s: an example that parses comes first, and no line is longer than 100 columns', async (name) => {
    const text = await said(0, 'help', name);
    expect(await said(0, name, '--help')).toBe(text);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    const command = await commandOf(name);
    const examples = [...text.matchAll(/^ {2}\$ fullrank (.*)$/gm)].map(([, line]) => defined(line));
    expect(examples).toHaveLength(command.examples.length);
    expect(text.indexOf('$ fullrank')).toBeLessThan(text.indexOf('\n  --'));
    for (const line of examples) {
      const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => defined(quoted ?? plain));
      expect(words.shift()).toBe(name);
      parseArguments(words, name, command);
    }
  });

  test('settings are those of one method, where it is named', async () => {
    const [all, lora, vera] = [await said(0, 'train', '--help'), await said(0, 'train', '--method', 'lora', '--help'), await said(0, 'help', 'train', '--method=vera')];
    expect([all, lora, vera].map((text) => /--lora-alpha/.test(text))).toEqual([false, true, false]);
    expect([all, lora, vera].map((text) => /--d-initial/.test(text))).toEqual([false, false, true]);
    for (const { name } of methodFields.lora!.fields) expect(lora).toContain(`--${name.replaceAll('_', '-')}`);
    expect(all).toContain('unilora');
  });

  test('the version', async () => {
    for (const flag of ['--version', '-V', '-v']) expect(await said(0, flag)).toBe(version);
  });
});

describe('wrong use ends with 2, and says what was probably meant', () => {
  test.each<[string[], RegExp]>([
    [['trian'], /there is no command "trian"\. Did you mean train\?/],
    [['study', 'rnu', 'none'], /there is no fullrank study "rnu"\. Did you mean run\?/],
    [['train', '--mdoel', 'vit-nano'], /--mdoel.*Did you mean --model\?/],
    [[...train, '--no-save', '--method', 'lroa'], /no method "lroa"\. Did you mean lora\?/],
    [[...train, '--no-save', '--lora-alpah', '2'], /--lora-alpah.*Did you mean --lora-alpha\?/],
    [[...train, '--no-save', '--schedule', 'cosin'], /schedule is "cosin".*Did you mean cosine\?/],
    [[...train, '--no-save', '--r', '0'], /^fullrank: r is "0"; it must be between 1 and 4096/],
    [[...train, '--no-save', '--vera-dropout', '0.1'], /lora has no setting vera_dropout/],
    [['train', '--model', '--data', 'fashion-mnist'], /--model needs a value/],
    [['train', 'vit-nano'], /too many arguments/],
    [['plan', '--method', 'lora'], /--model is missing/],
  ])('%j', async (argv, what) => expect(await said(2, ...argv)).toMatch(what));

  test.each<[Record<string, unknown>, RegExp]>([
    [{ train: { max_steps: 3 } }, /no setting max_steps\. Did you mean steps\?/],
    [{ train: { per_device_train_batch_size: 3 } }, /Did you mean batch\?/],
    [{ train: { stpes: 3 } }, /Did you mean steps\?/],
    [{ methods: ['lroa'] }, /Did you mean lora\?/],
  ])('a grid with %j', async (change, what) => {
    writeFileSync(at('grid.json'), JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', methods: ['lora'], ...change }));
    expect(await said(2, 'compare', '--spec', at('grid.json'), '--out', at('grid'))).toMatch(what);
    expect(existsSync(at('grid'))).toBe(false);
  });

  test('names of models and data sets', async () => {
    expect(await said(1, 'plan', '--model', 'vit-nan', '--method', 'lora')).toMatch(/no model "vit-nan".*Did you mean vit-nano\?/);
    expect(await said(1, 'data', '--data', 'fashion-mnits')).toMatch(/Did you mean fashion-mnist\?/);
  });
});

describe('what train is to write', () => {
  test('nothing is trained for nothing, unless that was said', async () => {
    expect(await said(2, ...train)).toMatch(/nothing would be kept: give --out FOLDER .* or --no-save/);
    expect(await said(2, ...train, '--no-save', '--out', at('x'))).toMatch(/exclude each other/);
    expect(await said(0, ...train, '--no-save')).toMatch(/test accuracy/);
  });

  test('another run is not written over', async () => {
    const steps = (): number => (JSON.parse(readFileSync(at('run', 'run.json'), 'utf8')) as FinishedRun).curve.length;
    await said(0, ...train, '--out', at('run'));
    const other = [...train, '--steps', '3', '--out', at('run')];
    expect(await said(2, ...other)).toMatch(/which is not empty \(adapter_config\.json.*--force/);
    expect(await said(2, ...other, '--resume')).toMatch(/holds another run, and no checkpoint/);
    expect(steps()).toBe(2);
    expect(await said(0, ...train, '--out', at('run'), '--resume')).toMatch(/holds this run at its end already/);
    await said(0, ...other, '--force');
    expect(steps()).toBe(3);
    const exported = ['export', '--model', 'vit-nano', '--adapter', at('run'), '--out'];
    expect(await said(2, ...exported, at('run'))).toMatch(/not empty/);
    mkdirSync(at('empty'));
    expect(await said(0, ...exported, at('empty'))).toMatch(/python .*empty.check\.py .*vit-nano\/ compares/);
  });

  test('what cannot be written, or is wrong, is found before a device is opened', async () => {
    const opened = vi.spyOn(device, 'requestDevice');
    writeFileSync(at('file'), '');
    mkdirSync(at('folder'));
    expect(await said(2, ...train, '--out', at('file'))).toMatch(/which is a file; give a folder/);
    expect(await said(2, ...train, '--out', at('file', 'below'))).toMatch(/cannot be written/);
    expect(await said(2, ...train, '--no-save', '--json', at('folder'))).toMatch(/--json is .* which is a folder; give a file/);
    expect(await said(2, 'step', '--model', 'vit-nano', '--method', 'lora', '--batch', at('none'), '--out', at('folder'))).toMatch(/which is a folder; give a file/);
    writeFileSync(at('a-grid.json'), JSON.stringify({ model: 'vit-nano', data: 'fashion-mnist', methods: ['lora'] }));
    for (const where of [at('file'), at('file', 'below')]) {
      expect(await said(2, 'compare', '--spec', at('a-grid.json'), '--out', where)).toMatch(/which is a file; give a folder|cannot be written/);
      expect(await said(2, 'study', 'run', where, '--spec', at('a-grid.json'))).toMatch(/which is a file; give a folder|cannot be written/);
    }
    expect(await said(2, 'compare', '--spec', at('none.json'), '--out', at('empty'))).toMatch(/--spec is .*none\.json", which cannot be read/);
    expect(await said(2, 'study', 'run', at('empty'), '--spec', at('none.json'))).toMatch(/--spec is .*none\.json", which cannot be read/);
    await said(1, ...train, '--no-save', '--data', at('none'));
    expect(await said(1, ...train, '--no-save', '--target-modules', 'nope')).toMatch(/"nope" matches no layer/);
    await said(1, 'train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--no-save', '--adapter', at('none'));
    expect(opened).not.toHaveBeenCalled();
    expect(readdirSync(at('.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

const image = '--model vit-nano --data fashion-mnist';
/** Their last word names what is not there, or what cannot be. */
test.each([
  'train --model vit-nano --no-save --method lora --batches none',
  `train ${image} --no-save --method lora --val-fraction 2`,
  `train ${image} --no-save --method lora --image-size 7`,
  `train ${image} --no-save --method lora --layers-to-transform 99`,
  `train ${image} --no-save --method lora --class-weights some`,
  `eval ${image} --adapter none`,
  'eval --model vit-nano --data none',
  'predict --model vit-nano --out none.csv --data none',
  'generate --model llama-nano --prompt x --adapter none',
  'generate --model llama-nano --ids none',
  'step --model vit-nano --method lora --out none.safetensors --batch none',
  'merge --model vit-nano --out none --adapter none',
  'export --model vit-nano --out none --adapter none',
  'landscape --runs none none',
  'analyse --runs none',
])('%s: refused before a device is opened', async (line) => {
  const opened = vi.spyOn(device, 'requestDevice');
  expect(await main(line.split(' '))).toBeGreaterThan(0);
  expect(opened).not.toHaveBeenCalled();
  expect(out.at(-1)).toMatch(/^fullrank: (?!ENOENT)/);
});

test('a graphics adapter is opened without a word of the driver in a pipe', async () => {
  const { ended, lines } = command([...train, '--no-save', '--device', 'webgpu'], () => {}, ['sh', '-c', '"$@" 2>&1 | cat', 'sh']);
  await ended;
  expect(lines.filter((line) => line.startsWith('step 2'))).toHaveLength(2);
  expect(lines.filter((line) => /warning|dawn|vulkan/i.test(line))).toEqual([]);
});

describe('on a terminal', () => {
  test('steps take each other\'s place, and what stays is a line', async () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const before = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      expect(await main([...train, '--no-save'])).toBe(0);
    } finally {
      process.stdout.isTTY = before;
    }
    expect(written.filter((text) => text.startsWith('\r\u001b[Kstep '))).toHaveLength(2);
    expect(written.join('')).not.toContain('\n');
    expect(out.filter((line) => line.startsWith('step '))).toEqual([expect.stringMatching(/^step 2 {2}test accuracy/)]);
  });
});
