import { expect, test } from 'vitest';
import { lessons } from '../lessons';
import { lessonNames } from '../names';
import { namesOf, startsOf } from '../../core/analyses/landscapeFindings';
import type { Plan } from '../../../train/protocol';
import { formatLoss } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { keptStep } from '../../core/analyses/evaluating';
import { openRecording } from '../../core/analyses/recorded';
import { openWalk } from '../../core/analyses/recordedAnalyses';
import { seedsAround } from '../../../testing/seeds';
import { runOf } from '../../core/runs/runRecords';
import { groupsOf, type Group } from '../../core/runs/seedGroups';
import { lessonWords, rankFinding, shotsFinding, type PartWords } from './lessons';
import { partQuestions } from './questions';
import { teacherWords, type TeacherWords } from './teacher';

/** A group of three seeds with this accuracy and interval, both in percent. */
function group(method: string, setting: string, parameters: number, mean: number, interval: number | null, shots = 0): Group {
  const [value, half] = [mean / 100, interval === null ? null : interval / 100];
  const runs = seedsAround(value, half, { method }, (seeds += 10), { shots }).map((record, i) => runOf(record, `${setting} ${i}`).run);
  return { key: `${method} ${setting} ${shots}`, method, setting, parameters, runs, accuracy: { n: runs.length, mean: value, interval: half } };
}
/** No two groups share a seed. */
let seeds = 0;
const lora = (r: number, mean: number, interval: number | null = 0.5) => group('lora', `r ${r}`, 8192 * r, mean, interval);

test('what more rank does is said as far as the runs allow, and no further', () => {
  // Rising means, of which no two are told apart.
  expect(rankFinding([lora(1, 67.5, 2), lora(5, 68.7, 1.4), lora(32, 70.1, 2.7)])).toBe('Higher rank for LoRA: no measurable gain in these runs');
  expect(rankFinding([lora(32, 76), lora(1, 70), lora(4, 73)])).toBe('LoRA gains from more rank, up to r\u00a032');
  expect(rankFinding([lora(1, 70), lora(4, 75.9), lora(32, 76)])).toBe('LoRA gains from rank up to r\u00a04; beyond it these runs show no more');
  expect(rankFinding([lora(1, 70), lora(4, 76), lora(32, 72)])).toBe('LoRA is best at r\u00a04; with more rank it falls');
  // The ends are not told apart, two others are.
  expect(rankFinding([lora(1, 65.2, 1.1), lora(2, 65.8, 1.4), lora(16, 67.2, 0.7), lora(32, 67.5, 2.6)])).toBe('LoRA gains from rank: r\u00a016 is above r\u00a01, no other two sizes can be told apart');
  expect(rankFinding([lora(1, 65.2, 1.1), lora(2, 65.3, 1), lora(16, 67.5, 0.7), lora(32, 67.6, 1.6)])).toBe('LoRA gains from rank up to r\u00a016; beyond it these runs show no more');
  expect(rankFinding([lora(1, 65.2, 1), lora(2, 65.3, 1), lora(4, 66.3, 1), lora(16, 67.5, 0.7), lora(32, 67.6, 1.6)])).toBe('LoRA gains from rank: r\u00a016 is above r\u00a01, as in one more pair');
  expect(rankFinding([lora(1, 67.5, 3.5), lora(4, 67.2, 0.7), lora(32, 65.2, 1.1)])).toBe('LoRA loses by rank: r\u00a032 is below r\u00a04, no other two sizes can be told apart');
  expect(rankFinding([lora(1, 70), lora(2, 75), lora(4, 72, 3), lora(8, 76, 2), lora(32, 71)])).toBe('Higher rank for LoRA, no one direction: r\u00a08 is above r\u00a01, r\u00a032 below r\u00a08');
  expect(rankFinding([lora(1, 76), lora(4, 72), lora(32, 70)])).toBe('LoRA is best at r\u00a01; with more rank it falls');
  // Two that are best together: neither is said to be it alone.
  expect(rankFinding([lora(1, 70), lora(4, 76), lora(8, 76.2), lora(32, 72)])).toBe('Higher rank for LoRA, no one direction: r\u00a08 is above r\u00a01, r\u00a032 below r\u00a08');
  expect(rankFinding([lora(1, 70, null), lora(32, 76, null)])).toBe('Higher rank for LoRA: so few seeds cannot tell');
  expect(rankFinding([lora(1, 70)])).toBe('');
  expect(rankFinding([])).toBe('');
});

test('who copes best with few pictures is named where that is decided', () => {
  const at = (shots: number, randlora: number, low: number) => [group('randlora', 'r 9', 41_100, randlora, 0.5, shots), group('lora', 'r 5', 40_960, low, 0.5, shots), group('linear_probe', '', 0, 20, 0.5, shots)];
  expect(shotsFinding([...at(1, 40, 30), ...at(16, 60, 50)])).toBe('RandLoRA is ahead with one picture of each class, and with 16');
  expect(shotsFinding([...at(1, 40, 30), ...at(16, 50, 60)])).toBe('RandLoRA is ahead with one picture of each class, LoRA with 16');
  expect(shotsFinding([...at(2, 40, 40), ...at(16, 50, 60)])).toBe('LoRA is ahead with 16 pictures of each class; with 2 nobody is');
  expect(shotsFinding([...at(2, 50, 40), ...at(16, 60, 60)])).toBe('RandLoRA is ahead with 2 pictures of each class; with 16 nobody is');
  // Who is behind is said, as the parts of the lesson say it.
  expect(shotsFinding([...at(2, 40, 40), ...at(16, 60, 60)])).toBe('Few shots: with 16 pictures of each class only Linear probe falls behind');
  const wide = (shots: number) => ['randlora', 'lora', 'linear_probe'].map((method, i) => group(method, '', 40_960, 60 - i, 9, shots));
  expect(shotsFinding([...wide(2), ...wide(16)])).toBe('Few shots: these runs show no method ahead');
  expect(shotsFinding([...at(1, 40, 40), ...at(4, 50, 40), ...at(16, 60, 60)])).toBe('RandLoRA is ahead with 4 pictures of each class; with 1 and 16 nobody is');
  expect(shotsFinding(at(2, 40, 30))).toBe('');
});

const recorded = lessonNames.filter((name) => lessons[name].recording);
const runsOf = async (name: (typeof recorded)[number]) => (await openRecording(lessons[name].recording!)).runs;
const empty = (await Promise.all(recorded.map(async (name) => ((await runsOf(name)).length === 0 ? name : [])))).flat();

// One whose recording is still to be made has nothing to look at.
test.each(recorded.filter((name) => !empty.includes(name)))('the recorded runs fill the lesson %s: no part is empty, and what was found carries intervals', async (name) => {
  const { parts, recording } = lessons[name];
  for (const [i, part] of parts.entries()) {
    if (!part.pick) continue;
    const groups = groupsOf((await openRecording(part.recording ?? recording!)).runs).filter(part.pick);
    expect(part.fills!(groups), `${name} ${i + 1}`).toBe(true);
    expect(groups.every(({ accuracy }) => accuracy.interval !== null)).toBe(true);
    const words: PartWords = defined(lessonWords.lessons[name].parts[i]);
    const found = words.found.map((say) => say({ groups, plans: {}, landscape: null }));
    expect(found.every((text) => text !== ''), `${name} ${i + 1}: ${found.join(' | ')}`).toBe(true);
    expect(found.join()).not.toMatch(/undefined|NaN/);
  }
});

test('the walk says why its paths begin beside the pretrained model, and its places are those of the map’s axes', async () => {
  const { landscape } = await openWalk();
  const found = lessonWords.lessons.landscape.parts.map((part: PartWords) => part.found.map((say) => say({ groups: [], plans: {}, landscape })).join(' '));
  expect(found[4]).toContain(startsOf(landscape));
  expect(found.join(' ')).not.toMatch(/\bx -?−?\d/);
});

test('the losses that the walk gives at its corners are those of the map, and of the states that the runs left', async () => {
  const { landscape, runs, others } = await openWalk();
  const { parts }: { parts: PartWords[] } = lessonWords.lessons.landscape;
  const [paths] = defined(parts[4]).found.map((say) => say({ groups: [], plans: {}, landscape, kept: runs.map(keptStep) }));
  const names = namesOf(landscape);
  for (const [i, { loss }] of landscape.sets[0]!.corners.entries()) expect(paths).toMatch(new RegExp(`${names[i]} goes from a loss of [\\d.]+ to ${formatLoss(loss)} in 100 steps`));
  expect(others.map(({ runs: [one] }) => one!.spec.train.seed)).toEqual([1, 2]);
  expect(defined(parts.at(-1)).found.map((say) => say({ groups: [], plans: {}, landscape, others })).join(' ')).toMatch(/Over 3 seeds, on the training pictures: .* Over 3 seeds, on the test pictures: .* These are 3 seeds of each method, measured on 1,562 pictures/);
});

/** A plan as far as the memory lesson reads it. */
const planOf = (temp: number, forms: string[], merging?: 'kept'): Plan => ({ bytes: { temp, frozen: 100 - temp }, total_bytes: 100, forms: Object.fromEntries(forms.map((form, i) => [`layer ${i}`, form])), merging }) as unknown as Plan;

test('what is planned otherwise for another batch is said, with why', () => {
  const { found }: PartWords = defined(lessonWords.lessons.memory.parts[2]);
  const said = (before: Record<string, Plan>, plans: Record<string, Plan>) => found.map((say) => say({ groups: [], plans, before, landscape: null }));
  const merged = ['merged', 'merged'];
  const [share, , unlike] = said({ lora: planOf(58, ['streamed']), randlora: planOf(23, merged, 'kept') }, { lora: planOf(58, ['streamed']), randlora: planOf(23, merged) });
  expect(share).toBe('Activations are 23 to 58\u00a0% of the plan here, depending on the method.');
  expect(unlike).toBe('RandLoRA no longer keeps its merged weights from the forward to the backward pass, but makes them again: keeping them would now take over a tenth more memory. So bars shrink by different shares, and their order may change.');
  expect(said({ vera: planOf(40, merged) }, { vera: planOf(40, ['streamed', 'merged']) })).toEqual(['Activations are 40\u00a0% of the plan here.', '', expect.stringMatching(/^VeRA now computes the update of 1 of its 2 layers beside the weights/)]);
  expect(said({ vera: planOf(40, merged), dora: planOf(40, merged) }, { vera: planOf(40, merged, 'kept'), dora: planOf(40, merged) })).toEqual(['Activations are 40\u00a0% of the plan here, whatever the method.', expect.any(String), expect.stringMatching(/^VeRA now keeps its merged weights/)]);
});

test('one picture is one', () => {
  expect([1, 16].map((shots) => lessonWords.words.shots(shots))).toEqual(['1 picture of each class', '16 pictures of each class']);
});

test('two methods at the same size are never compared without the rates that they were trained at', async () => {
  const { runs } = await openRecording('sizes');
  const groups = groupsOf(runs).filter(defined(lessons.budget.parts[2]).pick!);
  const words: PartWords = defined(lessonWords.lessons.budget.parts[2]);
  const found = words.found.map((say) => say({ groups, plans: {}, landscape: null }));
  expect(found.find((text) => text.startsWith('At about the same size'))).toMatch(/The learning rate of each setting was found for it: from \S+ to \S+\.$/);
});

test('a value stands with its method, its setting and ±', () => {
  const words: PartWords = defined(lessonWords.lessons.budget.parts[1]);
  const [, text] = words.found.map((say) => say({ groups: [lora(1, 67.5, 2), lora(32, 70.1, 4.7)], plans: {}, landscape: null }));
  expect(text).toBe('With 32 times the parameters: LoRA, r\u00a01: 67.5 ± 2.0\u00a0%; LoRA, r\u00a032: 70.1 ± 4.7\u00a0%. LoRA r\u00a032 is 2.6 points higher: not distinguishable (95\u00a0% interval of the difference −1.4 to +6.6).');
});

test('where the ends of a line are not told apart, the two sizes that are are said as well', () => {
  const say = defined((defined(lessonWords.lessons.budget.parts[1]).found as PartWords['found'])[1]);
  const text = say({ groups: [lora(1, 65.2, 1.1), lora(16, 67.2, 0.7), lora(32, 67.5, 2.6)], plans: {}, landscape: null });
  expect(text).toMatch(/^With 32 times the parameters: .*: not distinguishable .* With 16 times the parameters: LoRA, r\u00a01: 65\.2 ± 1\.1\u00a0%; LoRA, r\u00a016: .*, by more than chance explains .*$/);
});

test('a difference is that of the numbers beside it', () => {
  const say = defined((defined(lessonWords.lessons.budget.parts[1]).found as PartWords['found'])[1]);
  // 65.24 and 67.46 differ by 2.22, but read 65.2 and 67.5.
  expect(say({ groups: [lora(1, 65.24, 2), lora(32, 67.46, 2)], plans: {}, landscape: null })).toContain('67.5 ± 2.0\u00a0%. LoRA r\u00a032 is 2.3 points higher');
});

test('means that are written alike differ by nothing, and a caption names what is drawn', () => {
  const say = defined((defined(lessonWords.lessons.budget.parts[1]).found as PartWords['found'])[1]);
  expect(say({ groups: [lora(1, 70.22, 1.7), lora(2, 70.18, 2.9)], plans: {}, landscape: null })).toBe('With 2 times the parameters: LoRA, r\u00a01: 70.2 ± 1.7\u00a0%; LoRA, r\u00a02: 70.2 ± 2.9\u00a0%. The means are the same.');
  expect(['lines', 'bands', 'both'].map((drawn) => /; (.*) 95 %/.exec(lessonWords.intervals(0, 5, drawn))![1])).toEqual(['upright lines are', 'the band is', 'upright lines and the band are']);
  expect(lessonWords.intervals(1, 3, 'lines')).toMatch(/^Means over 1 to 3 seeds; upright lines are 95 % intervals of the mean over seeds, which one or two seeds do not have\./);
  expect([lessonWords.intervals(3, 5, 'lines'), lessonWords.intervals(1, 2, 'lines'), lessonWords.intervals(0, 1, 'lines')]).toEqual([expect.stringMatching(/^Means over 3 to 5 seeds; .* of the mean over seeds\. /), expect.stringMatching(/^Means over 1 to 2 seeds, too few for an interval\. /), 'One seed each: differences may be chance.']);
});

test('whoever is asked something can see the answer, and no question is asked twice in other words', () => {
  const asked = lessonNames.flatMap((name) => lessonWords.lessons[name].parts.flatMap(({ ask }: PartWords) => ask ?? []));
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.every(({ answer }) => answer.length > 20)).toBe(true);
  expect(new Set(asked).size).toBe(asked.length);
  expect(Object.values(partQuestions).every((one) => asked.includes(one))).toBe(true);
  expect(teacherWords.lessons.rank.questions).toContain(partQuestions.directions);
});

test('a sheet that asks for a guess does not print the numbers', () => {
  for (const name of lessonNames) {
    const { steps, sketch }: TeacherWords = teacherWords.lessons[name];
    expect(/expect/.test(defined(steps[0])), name).toBe(sketch !== undefined);
  }
});

test('lessons ask: by their names, by the titles of their parts, and before anything is shown', () => {
  for (const name of lessonNames) {
    const words = lessonWords.lessons[name];
    expect([words.name, ...words.parts.map(({ title }) => title)].filter((title) => !title.endsWith('?')), name).toEqual([]);
    expect(defined(lessons[name].parts[0]).chart, name).toBe('guess');
  }
});

test('every lesson has a page for teachers, with an answer to each question', () => {
  for (const name of lessonNames) {
    const { goal, needs, steps, questions } = teacherWords.lessons[name];
    expect([goal, ...needs, ...steps, ...questions.flatMap(({ ask, answer }) => [ask, answer])].every((text) => text.length > 2)).toBe(true);
    expect(steps.length).toBeGreaterThan(3);
    expect(questions.length).toBeGreaterThan(3);
    expect(lessonWords.lessons[name].minutes).toBeGreaterThan(5);
  }
});
