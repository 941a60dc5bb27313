import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { tinyJson } from '../testing/tiny';
import { tinyDecoderFiles } from '../testing/tinyDecoders';
import { main } from './main';

const { at, out } = cliFolder('generate');
const files = tinyDecoderFiles('GPT-2');

/** A model's folder with this generation_config.json. */
function write(folder: string, generation?: object): string {
  mkdirSync(at(folder), { recursive: true });
  for (const [path, bytes] of Object.entries({ ...files, ...(generation && { 'generation_config.json': tinyJson(generation) }) })) writeFileSync(at(folder, path), bytes);
  return at(folder);
}

async function generated(folder: string, ...flags: string[]): Promise<number[]> {
  out.length = 0;
  expect(await main(['generate', '--model', folder, '--ids', at('prompt.json'), '--json', at('said.json'), ...flags]), out.join('\n')).toBe(0);
  const { sequences: [tokens = []] } = JSON.parse(readFileSync(at('said.json'), 'utf8')) as { sequences: number[][] };
  return tokens;
}

beforeAll(() => writeFileSync(at('prompt.json'), '[3, 1, 4]'));

test('a text ends where generation_config.json says, unless a flag says otherwise', async () => {
  const plain = await generated(write('plain'), '--max-new-tokens', '6');
  expect(plain.length).toBe(6);
  const end = plain[2] ?? NaN;
  const cut = plain.slice(0, plain.indexOf(end) + 1);
  const ending = write('ending', { eos_token_id: [end] });
  expect(await generated(ending, '--max-new-tokens', '6')).toEqual(cut);
  expect(await generated(ending, '--max-new-tokens', '6', '--eos-token-id', '')).toEqual(plain);
  const beams = await generated(ending, '--max-new-tokens', '6', '--num-beams', '2');
  expect(beams.indexOf(end)).toBe(beams.includes(end) ? beams.length - 1 : -1);
});

test('lengths, beams and drawing are as the file says, and flags win', async () => {
  const plain = write('plain');
  expect((await generated(write('long', { max_length: 9 }))).length).toBe(6);
  const short = write('short', { max_new_tokens: 2, num_beams: 3, do_sample: false });
  expect(await generated(short)).toEqual(await generated(plain, '--max-new-tokens', '2', '--num-beams', '3'));
  expect(await generated(short, '--num-beams', '1', '--max-new-tokens', '4')).toEqual(await generated(plain, '--max-new-tokens', '4'));
  const drawing = write('drawing', { do_sample: true, temperature: 3, max_new_tokens: 8 });
  expect(await generated(drawing, '--seed', '5')).toEqual(await generated(plain, '--max-new-tokens', '8', '--temperature', '3', '--top-k', '50', '--seed', '5'));
  expect(await generated(drawing, '--temperature', '0', '--seed', '5')).toEqual(await generated(plain, '--max-new-tokens', '8'));
});

test('a file with a bad value is refused in a sentence', async () => {
  out.length = 0;
  expect(await main(['generate', '--model', write('bad', { eos_token_id: 'end' }), '--ids', at('prompt.json')])).not.toBe(0);
  expect(out.join('\n')).toMatch(/generation_config\.json of .*eos_token_id/);
});
