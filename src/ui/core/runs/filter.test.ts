import fc from 'fast-check';
import { expect, test } from 'vitest';
import { facts, filterFacts, type Fact, type FactValue } from './facts';
import type { Run } from './runs';
import { complete, mostText, parseFilter, passes } from './filter';

const around = { stale: () => false, twin: () => '', hidden: () => false };
const known: Record<string, FactValue> = { method: 'lora', accuracy: 0.85, r: 8, seed: 2, stale: false, theirs: true, name: 'quiet-heron', lora_alpha: null };
const of = (fact: Fact): FactValue => known[fact.name] ?? null;
function run(text: string): boolean {
  const read = parseFilter(text, facts);
  if (!read.ok) throw new Error(`${read.error.message} at ${read.error.from}`);
  return passes(read.filter, of);
}
const error = (text: string) => {
  const read = parseFilter(text, facts);
  if (read.ok) throw new Error('no error');
  return read.error;
};

test.each<[string, boolean]>([
  ['', true],
  ['method == "lora" and accuracy > 0.8 and r <= 8', true],
  ['method == "LoRA"', true],
  ["method == 'vera' or seed == 2", true],
  ['not method == "vera" and r == 8', true],
  ['not (method == "lora" and r == 8)', false],
  ['r < 8 or (accuracy >= .85 and seed != 3)', true],
  ['method in ["vera", "lora"]', true],
  ['method not in ["vera", "lora"]', false],
  ['name contains "heron"', true],
  ['theirs and not stale', true],
  ['stale == false', true],
  ['lora_alpha == none', true],
  ['lora_alpha > 1', false],
  ['lora_alpha != 1', true],
  ['r == 8 && seed == 2 || stale', true],
  ['accuracy > 1e-3', true],
  // As the table shows it.
  ['accuracy > 80', true],
  ['95 < accuracy', false],
  ['accuracy in [90, 85.0]', true],
  // A range of what was measured, a list of what was set.
  ['accuracy in [80, 90]', true],
  ['accuracy not in [80, 90]', false],
  ['accuracy in [86, 90]', false],
  ['r in [4, 16]', false],
  ['4 <= r <= 8', true],
  ['4 <= r < 8', false],
  ['0.8 < accuracy < 90 and r == 8', true],
  ['r == 1 or seed == 2 and r == 8', true],
])('%s', (text, expected) => expect(run(text)).toBe(expected));

test.each<[string, RegExp, string]>([
  ['acuracy > 0.8', /Did you mean accuracy/, 'acuracy'],
  ['adapter_parameters < 9', /Did you mean adapter\?/, 'adapter_parameters'],
  ['method == lora', /A text stands in quotes: "lora"/, 'lora'],
  ['lora == method', /^There is no lora\.$/m, 'lora'],
  ['r = 8', /==/, '='],
  ['r == "eight"', /r is a number, "eight" is not/, 'r == "eight"'],
  ['method == "lora', /closing quote/, '"lora'],
  ['(r == 8', /bracket/, ''],
  ['r == 8 and', /missing at the end/, ''],
  ['r', /Compare r with/, 'r'],
  ['r == 8 seed == 2', /Unexpected/, 'seed'],
  ['method in "lora"', /list/, '"lora"'],
  ['stale < true', /order/, 'stale < true'],
  ['r == 8; alert(1)', /no meaning/, ';'],
  ['r == window', /no window/, 'window'],
  ['constructor == 1', /no constructor/, 'constructor'],
])('%s is refused where it goes wrong', (text, message, place) => {
  const { message: problem, from, to } = error(text);
  expect(problem).toMatch(message);
  expect(text.slice(from, to)).toBe(place);
});

test('any text is read or refused at a place inside it, and never throws', () => {
  const parts = fc.constantFrom('method', 'r', 'accuracy', '==', '<', 'and', 'or', 'not', '(', ')', '"lora"', '8', 'in', '[', ']', ',', 'true', 'none', 'x', '=', ' ', '"');
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 600 }), fc.array(parts, { maxLength: 30 }).map((all) => all.join(' '))), (text) => {
      const read = parseFilter(text, facts);
      if (read.ok) expect(passes(read.filter, of)).toBeTypeOf('boolean');
      else {
        expect(read.error.message).not.toBe('');
        expect(read.error.from).toBeGreaterThanOrEqual(0);
        expect(read.error.to).toBeLessThanOrEqual(text.length);
      }
      complete(text, facts, () => ['"lora"']);
    }),
  );
});

type Tree = { text: string; value: boolean };
const leaf = fc.record({ n: fc.integer({ min: 0, max: 20 }), op: fc.constantFrom('==', '!=', '<', '<=', '>', '>=') }).map(({ n, op }): Tree => ({ text: `r ${op} ${n}`, value: { '==': n === 8, '!=': n !== 8, '<': 8 < n, '<=': 8 <= n, '>': 8 > n, '>=': 8 >= n }[op] }));
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({ text: `(${a.text}) and (${b.text})`, value: a.value && b.value })),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({ text: `(${a.text}) or (${b.text})`, value: a.value || b.value })),
    tie('tree').map((a) => ({ text: `not (${a.text})`, value: !a.value })),
  ),
}));

test('a filter means what it says', () => {
  fc.assert(fc.property(tree, ({ text, value }) => void (text.length <= mostText && expect(run(text)).toBe(value))));
});

test('completion offers names, operators of their kind, and values that the runs have', () => {
  const items = (text: string) => complete(text, facts, (fact) => (fact.name === 'method' ? ['"lora"', '"vera"'] : [])).items;
  expect(items('acc')).toEqual(['accuracy', 'accumulate'].sort((a, b) => facts.findIndex(({ name }) => name === a) - facts.findIndex(({ name }) => name === b)));
  expect(items('method ')).toEqual(['==', '!=', 'contains', 'in']);
  expect(items('method == ')).toEqual(['"lora"', '"vera"']);
  expect(items('method == "v')).toEqual(['"vera"']);
  expect(items('method in ["lora", ')).toEqual(['"lora"', '"vera"']);
  expect(items('r == 8 ')).toEqual(['and', 'or']);
  expect(items('r == 8 and no')).toEqual(['notes', 'nola_num_bases', 'nola_alpha', 'not']);
});

test('a main setting is asked for by the symbol that the table shows, whatever files call it', () => {
  const passing = (text: string) => {
    const read = parseFilter(text, filterFacts);
    if (!read.ok) throw new Error(read.error.message);
    const configs = [{ method: 'vpt', n_ctx: 61 }, { method: 'coop', n_ctx: 4 }, { method: 'promptsrc', n_ctx_text: 16 }, { method: 'lora', r: 16 }, { method: 'adalora', init_r: 12 }, { method: 'nola', nola_num_bases: 7 }, { method: 'pranc', num_alpha: 9 }];
    return configs.filter((method) => passes(read.filter, (fact) => fact.of({ spec: { method, train: {} } } as unknown as Run, around))).map(({ method }) => method);
  };
  expect(['n > 10', 'r > 10', 'k > 1', 'K > 1', 'n_ctx > 10'].map(passing)).toEqual([['vpt', 'promptsrc'], ['lora', 'adalora'], ['nola'], ['pranc'], ['vpt']]);
});
