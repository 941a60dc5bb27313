import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderTree } from '../io/fileTree.node';
import { builtinTexts } from './builtin';
import { openContinuations } from './continuations';
import { openTexts } from './texts';

const bundled = (path: string): string => join('public', path);
const made = mkdtempSync(join(tmpdir(), 'fullrank-village-'));
beforeAll(() => void execFileSync(process.execPath, [bundled('data/village/make.mjs'), made]));
afterAll(() => rmSync(made, { recursive: true, force: true }));

test.each(builtinTexts)('$id is what its rules make, and no test line is among those to learn from', async ({ id, path, files }) => {
  for (const file of files) expect(readFileSync(bundled(`${path}${file}`), 'utf8'), file).toBe(readFileSync(join(made, id.replace('village-', ''), file), 'utf8'));
  const lines = files.map((file) => readFileSync(bundled(`${path}${file}`), 'utf8').trim().split('\n').filter((line) => !/^(text|sentence1|passage|beginning),/.test(line)));
  const all = lines.flat();
  expect(new Set(all).size).toBe(all.length);
});

test('they open as what they are', async () => {
  const tree = (name: string) => folderTree(bundled(builtinTexts.find(({ id }) => id === `village-${name}`)!.path));
  const moods = await openTexts(await tree('moods'));
  expect([moods.classes, moods.train.count, moods.val!.count, moods.test.count]).toEqual([['bad', 'good', 'plain'], 600, 100, 300]);
  const alike = await openTexts(await tree('alike'));
  expect([alike.labels, alike.columns]).toEqual(['numbers', { text: 'sentence1', pair: 'sentence2', label: 'score' }]);
  const tags = await openTexts(await tree('tags'), { labels: 'words' });
  expect(tags.classes).toEqual(['O', 'PERSON', 'PLACE', 'THING']);
  const stories = await openContinuations(await tree('stories'));
  const questions = await openContinuations(await tree('questions'), { prompt: '{passage} question : {question} answer :', answer: ' {answer}' });
  const choices = await openContinuations(await tree('choices'), { prompt: '{beginning}', answer: ' {choice}' });
  expect([choices.train.count, choices.test.count, choices.of, choices.notes]).toEqual([800, 300, 'choices ending0 to ending2, the right one by label, counted from 0', []]);
  expect(choices.test.text!(0)).toEqual({ first: 'carl said that the cake was not ugly at all .', second: ' carl kept it .', choices: { all: [' rose kept it .', ' carl kept it .', ' carl sold it .'], letters: [14, 14, 14], right: 1 } });
  expect(stories.train.text!(0).second).toBe(null);
  expect(questions.test.text!(0)).toMatchObject({ first: expect.stringMatching(/ question : .* answer :$/) as string, second: expect.stringMatching(/^ \w+$/) as string });
});
