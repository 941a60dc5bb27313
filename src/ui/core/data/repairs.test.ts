import { expect, test } from 'vitest';
import { noEdits } from '../../../data/edits.meta';
import { keepOnOneSide, labelBoth, leaveOut, leaveOutCopies, mergeClass, nearlySameClasses, type Pair } from './repairs';
import { takenBack } from './takenBack';

const image = (name: string, split: 'train' | 'val' | 'test' = 'train', label = 0) => ({ name, split, index: 0, label });
const pair = (a: Pair['a'], b: Pair['a'], exact = true): Pair => ({ a, b, exact, bits: exact ? 0 : 3 });
const [a, b, c] = [image('a'), image('b'), image('c')];
const [v, t] = [image('v', 'val'), image('t', 'test')];

test('of copies the first stays, however many there are and whatever joins them; what is left out already joins nothing', () => {
  expect(leaveOutCopies(noEdits, [pair(a, b), pair(a, c)]).disabled).toEqual(['b', 'c']);
  expect(leaveOutCopies(noEdits, [pair(a, b, false), pair(b, c, false)]).disabled).toEqual(['b', 'c']);
  expect(leaveOutCopies({ ...noEdits, disabled: ['a'] }, [pair(a, b), pair(a, c), pair(b, c)]).disabled).toEqual(['a', 'c']);
  // One of each part stays: which side it is kept on is another question.
  expect(leaveOutCopies(noEdits, [pair(a, b), pair(b, t)]).disabled).toEqual(['b']);
  expect(leaveOutCopies(noEdits, [])).toEqual(noEdits);
});

test('copies in several parts stay in the one with least to spare, with those that are joined to them by copies within a part', () => {
  expect(keepOnOneSide(noEdits, [pair(a, t)], []).disabled).toEqual(['a']);
  expect(keepOnOneSide(noEdits, [pair(v, a)], []).disabled).toEqual(['a']);
  expect(keepOnOneSide(noEdits, [pair(a, v), pair(v, t)], []).disabled).toEqual(['a', 'v']);
  // The second copy to train on is in no pair with the one of the test.
  expect(keepOnOneSide(noEdits, [pair(a, t)], [pair(a, b)]).disabled).toEqual(['a', 'b']);
  expect(keepOnOneSide({ ...noEdits, disabled: ['t'] }, [pair(a, t)], []).disabled).toEqual(['t']);
});

test('of contradicting labels one holds for both, which is no change to the picture that has it; or both are left out', () => {
  const own = ({ label }: Pair['a']) => (label === 0 ? 'cat' : 'dog');
  const torn = pair(a, image('b', 'train', 1));
  const both = labelBoth(noEdits, torn, 'cat', own);
  expect(both.relabelled).toEqual([['b', 'cat']]);
  expect(labelBoth(both, torn, 'dog', own).relabelled).toEqual([['a', 'dog']]);
  expect(leaveOut({ ...noEdits, disabled: ['a'] }, [a, b]).disabled).toEqual(['a', 'b']);
});

test('classes whose names differ in capitals, blanks, accents, the plural or one letter of a long word are nearly the same; numbers and short words are not', () => {
  const of = (...classes: string[]) => nearlySameClasses({ classes, train_per_class: classes.map((_, i) => i), test_per_class: classes.map(() => 1) });
  expect(of('cat', 'dog', 'Cats')).toEqual([['Cats', 'cat']]);
  expect(of('blue-mug', 'Blue mug')).toEqual([['Blue mug', 'blue-mug']]);
  expect(of('café', 'cafe')).toEqual([['cafe', 'café']]);
  expect(of('scratched', 'scrached')).toEqual([['scrached', 'scratched']]);
  expect(of('class 1', 'class 2', 'sample12', 'sample13', 'cat', 'car', '?', '!', 'glass', 'grass')).toEqual([]);
});

test('a class goes into another with all its pictures, but for those that have a third label by now', () => {
  const before = { ...noEdits, relabelled: [['x', 'bird'], ['y', 'cats']] as const };
  expect(mergeClass(before, 'cats', 'cat', ['x', 'z'])).toEqual({ ...noEdits, disabled_classes: ['cats'], relabelled: [['x', 'bird'], ['y', 'cat'], ['z', 'cat']] });
});

test('a repair is taken back alone: what was left out, labelled or merged before and since stays', () => {
  const before = { ...noEdits, disabled: ['a'], relabelled: [['x', 'bird'], ['y', 'cats']] as const };
  const after = mergeClass(leaveOut(before, [b]), 'cats', 'cat', ['z']);
  const since = { ...leaveOut(after, [c]), split: { seed: 1, train: 0.8, val: 0, test: 0.2 } };
  const back = takenBack(since, before, after);
  expect(back).toEqual({ ...before, disabled: ['a', 'c'], split: since.split });
  expect(takenBack(noEdits, before, after).relabelled).toEqual([['y', 'cats']]);
  expect(takenBack(noEdits, before, noEdits)).toEqual(before);
});
