import { expect, test } from 'vitest';
import { openContinuations } from '../data/continuations';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import { matchedAnswer } from '../tasks/answers';
import { answerScores, promptsOf, textScores } from './generated';

test('rows that ask the same are one prompt with all their answers, wherever they stand', async () => {
  const csv = 'mr,ref\nname[A],A is here .\nname[B],B is here .\nname[A],There is A .\nname[B],\n';
  const { test: split } = await openContinuations(memoryTree('e2e', { 'test.csv': new TextEncoder().encode(csv) }), { prompt: '{mr}', answer: ' {ref}' });
  expect(promptsOf(split)).toEqual([{ prompt: 'name[A]', references: ['A is here .', 'There is A .'] }, { prompt: 'name[B]', references: ['B is here .'] }]);
  expect(promptsOf({ ...split, count: 1, text: () => ({ first: 'q', second: null }) })).toEqual([{ prompt: 'q', references: [''] }]);
});

test('texts are scored as a whole, those that say nothing included', () => {
  const references = ['the tea was lovely and long', 'lovely tea it was'];
  const right = { prompt: 'tea', text: ' the tea was lovely and long\n', references };
  const mute = { prompt: 'film', text: '', references: ['the film was dull and long'] };
  expect(textScores([right, { ...mute, text: defined(mute.references[0]) }])).toMatchObject({ exact_match: 1, bleu: 1, rouge_l: 1 });
  const half = textScores([right, mute]);
  expect(half).toMatchObject({ exact_match: 0.5, rouge_l: 0.5 });
  // Every run of words is right, and half of them are missing.
  expect(half.bleu).toBeCloseTo(Math.exp(1 - 12 / 6), 12);
  expect(textScores([mute])).toEqual({ exact_match: 0, bleu: 0, nist: 0, rouge_l: 0, cider: 0 });
});

test('answers count row by row, though a prompt is asked once', () => {
  const rows = [
    { prompt: 'a', text: 'so the answer is 4, not 5', references: ['the answer is 4', 'the answer is 5', '4', 'the answer is 6'] },
    { prompt: 'b', text: 'who knows', references: ['the answer is 7'] },
  ];
  expect(answerScores(rows, matchedAnswer(/answer is (\d)/))).toEqual({
    scores: { accuracy: 0.4, without_answer: 0.2 },
    answers: [{ answer: '4', wanted: ['4', '5', '4', '6'] }, { answer: null, wanted: ['7'] }],
  });
});
