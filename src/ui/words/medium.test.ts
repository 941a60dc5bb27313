import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import ts from 'typescript';
import { afterEach, expect, test } from 'vitest';
import { lightFiles, src } from '../../testing/light';
import { t } from '../strings';
import { answers, inMedium, ofTexts, others, speakOf } from '../../language/medium';

const told = Object.values(answers);

/** All texts of the page's sources, and those of them that are messages. */
const texts = new Set<string>();
const messages = new Set<string>();
for (const file of lightFiles().filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|language\/medium\.ts$/.test(name))) {
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      texts.add(node.text);
      if (ts.isCallExpression(node.parent) && /^say(OfPictures)?$/.test(node.parent.expression.getText())) messages.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true));
}

/** Places of the values that a message uses. */
function valuesOf(message: string): string[] {
  const found = new Set<string>();
  const look = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type === TYPE.argument || element.type === TYPE.select || element.type === TYPE.plural) found.add(element.value);
      if (element.type === TYPE.select || element.type === TYPE.plural) Object.values(element.options).forEach((option) => look(option.value));
    }
  };
  look(parse(message, { ignoreTag: true }));
  return [...found].sort();
}

afterEach(() => speakOf('pictures'));

test('every message on pictures is one on texts, whatever is learned of them, with no other values', () => {
  expect(messages.size).toBeGreaterThan(500);
  for (const message of messages) {
    for (const other of [ofTexts(message), ...told.map((of) => of[message] ?? message)]) {
      const known = valuesOf(message);
      expect(valuesOf(other).filter((value) => !known.includes(value)), other).toEqual([]);
    }
  }
});

test('what is another sentence on texts stands for one that the page has', () => {
  for (const english of [...Object.keys(others), ...told.flatMap((of) => Object.keys(of))]) expect(texts.has(english), english).toBe(true);
});

test('no sentence on texts speaks of pictures', () => {
  for (const text of [...texts, ...told.flatMap((of) => Object.values(of))]) expect(ofTexts(text)).not.toMatch(/\b([Pp]icture|[Ii]mage)s?\b/);
});

test('words follow what the page learns from, and those on pictures alone stay', () => {
  const now = () => [t.health.check, t.run.result('50', '10'), t.camera.title, inMedium('An image')];
  expect(now()).toEqual(['Check all pictures', '50 % of 10 test pictures right', 'Record pictures', 'An image']);
  speakOf('texts');
  expect(now()).toEqual(['Check all texts', '50 % of 10 test texts right', 'Record pictures', 'A text']);
  const results = (['next', 'words', 'numbers'] as const).map((of) => {
    speakOf(of);
    return t.run.result('50', '10');
  });
  expect(results).toEqual(['50 % of the tokens of 10 test texts right', '50 % of the words of 10 test texts right', 'Pearson correlation 50 % on 10 test texts']);
});
