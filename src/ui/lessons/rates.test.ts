import { expect, test } from 'vitest';
import { openRates } from '../core/analyses/recordedAnalyses';
import { defined } from '../../numbers/defined';
import { allAt, betweenOf, chosenOf, commonAt, commonRates, learnedNothing, spanOf, turnedAmong, underHand, worstOf } from './rates';
import { orderText, ratesOutcome, runText, spanText, tooHighText } from './words/rates';

const rates = await openRates();
const of = (name: string) => defined(rates.methods.find(({ method }) => method.method === name));
const run = (lr: number, held_loss: number, accuracy: number, test_loss = 1) => ({ lr, curve: [], held_loss, test_loss, accuracy });
/** Two or more methods at these runs. */
const made = (...runs: ReturnType<typeof run>[][]) => ({ ...rates, methods: runs.map((some, i) => ({ method: { method: ['lora', 'vera', 'full'][i]! }, own: 1, runs: some })) });

test('held-back pictures choose the rate, and test pictures have no say in it', () => {
  // benchmarks/rates/deit-tiny-hand-signs/full.json: 0.00022 is better on the test pictures
  expect(chosenOf(of('full'))).toMatchObject({ lr: 0.0001, accuracy: 0.678 });
  expect(chosenOf({ runs: [run(1, Infinity, 0.9), run(2, 0.5, 0.1)] }).lr).toBe(2);
  expect([worstOf(of('lora')).lr, spanOf(of('lora'))]).toEqual([0.014, expect.closeTo(0.642, 9)]);
  expect(betweenOf(rates)).toBeCloseTo(0.756 - 0.64, 9);
});

test('a run learned nothing where its loss is that of equal guesses, or none', () => {
  const [high, good] = [defined(of('lora').runs.at(-1)), chosenOf(of('lora'))];
  expect([learnedNothing(high, 10), learnedNothing(good, 10), learnedNothing(run(1, 1, 0.1, Infinity), 10), learnedNothing(run(1, 1, 0.1, NaN), 10)]).toEqual([true, false, true, true]);
  expect(runText(rates, of('lora'), high)).toMatch(/^LoRA,\sr\s16 at 0\.014 learned nothing: .* 2\.343, .* 2\.303, and 10\.0\s% /);
  expect(runText(rates, of('lora'), good)).toMatch(/at 0\.003: 74\.2\s% of 500 test pictures/);
  expect(runText(rates, of('full'), defined(of('full').runs.find(({ lr }) => lr === 0.00022)))).toContain('4.8 points more than at 0.0001');
  expect(tooHighText(rates)).toContain('RandLoRA at 0.0022 and 0.0046');
  expect(tooHighText(made([run(1, 1, 0.5)]))).toBe('');
});

test('the answer follows from the numbers: the rate, the method, or one of both by the method', () => {
  expect(ratesOutcome(rates)).toMatch(/^The learning rate: .* 31\.6 to 65\.6 points, .* 11\.6 points apart\.$/);
  expect(ratesOutcome(made([run(1, 1, 0.9), run(2, 2, 0.8)], [run(1, 1, 0.5), run(2, 2, 0.45)]))).toMatch(/^The method: /);
  expect(ratesOutcome(made([run(1, 1, 0.9), run(2, 2, 0.2)], [run(1, 1, 0.5), run(2, 2, 0.45)]))).toMatch(/^That depends on the method: /);
  expect(spanText(rates)).toMatch(/RandLoRA gets 75\.6\s% right at 0\.001 and 10\.0\s% at 0\.0022, 65\.6 points apart; SHiRA loses least at its worst rate, 31\.6\./);
});

test('at one common rate the order of methods is another than at their own', () => {
  expect(commonRates(rates)).toEqual([0.00022, 0.00046, 0.00065, 0.001, 0.0014, 0.0022, 0.003, 0.0046, 0.0065, 0.014]);
  const all = allAt(rates, 0.014);
  expect(all.map(({ method, here }) => [method, here.accuracy])).toEqual(expect.arrayContaining([['vera', 0.49], ['shira', 0.402], ['dora', 0.15], ['lora', 0.1]]));
  expect(turnedAmong(all)).toEqual({ pairs: 6, turned: 5 });
  expect(commonAt(rates, NaN)).toBe(0.014);
  expect(commonAt(rates, 0.003)).toBe(0.003);
  expect(orderText(rates, 0.014)).toMatch(/all at 0\.014: VeRA 49\.0, SHiRA 40\.2, DoRA 15\.0,? and LoRA 10\.0\. .* 5 of 6 pairs of methods change places\.$/);
  expect(orderText(made([run(1, 1, 0.5)], [run(1, 1, 0.4)], [run(1, 1, 0.3)]), 1)).toMatch(/No two of them change places\.$/);
});

test('a method that is not there, or a rate that it was not trained at, gives the first method and the rate that is chosen', () => {
  expect(underHand(rates, { method: 'none', lr: 3, common: NaN })).toMatchObject({ of: rates.methods[0], run: chosenOf(defined(rates.methods[0])) });
});
