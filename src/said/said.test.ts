import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../adapters/fields';
import { DataError } from '../data/source';
import { EngineError, fail } from '../engine/errors';
import { FormatError } from '../io/formatError';
import { HubError } from '../io/hub/hubError';
import { ModelError } from '../models/model';
import { allOf, anyOf, distinctSaid, english, fill, firstOf, reasonOf, said, SaidError } from './said';

class TestError extends SaidError {
  override name = 'TestError';
}

describe('said', () => {
  test('the key is the English sentence with numbered holes, and values fill them', () => {
    const label = 'moments';
    const what = said`The checkpoint holds ${3} values of ${label}.`;
    expect(what).toEqual({ key: 'The checkpoint holds {0} values of {1}.', values: [3, 'moments'] });
    expect(english(what)).toBe('The checkpoint holds 3 values of moments.');
    expect(said`It is cut short.`).toEqual({ key: 'It is cut short.', values: [] });
  });

  test('a value that looks like a hole stays as it is, and so does a hole without a value', () => {
    expect(english(said`${'{1}'} has no ${'{0}'} for {}`)).toBe('{1} has no {0} for {}');
    expect(fill('{0} and {2}', ['a', 'b'])).toBe('a and {2}');
  });

  test('a value of any length floods no sentence', () => {
    expect(english(said`There is no ${'x'.repeat(1e5)} here, nor ${'y'.repeat(1000)}.`)).toBe(`There is no ${'x'.repeat(1000)}… here, nor ${'y'.repeat(1000)}.`);
  });

  test('sentences in sentences keep their keys', () => {
    const inner = said`it has ${2} columns of one name`;
    const outer = said`${'a.csv'} cannot be read: ${inner}.`;
    expect(outer.values).toEqual(['a.csv', { key: 'it has {0} columns of one name', values: [2] }]);
    expect(english(outer)).toBe('a.csv cannot be read: it has 2 columns of one name.');
  });

  test('what says the same is said once, whatever its key', () => {
    expect(distinctSaid([said`${'a'} is cut short.`, said`a is ${'cut'} short.`, said`b`]).map(english)).toEqual(['a is cut short.', 'b']);
  });

  test('lists', () => {
    expect([[], ['a'], ['a', 'b', 'c']].map((parts) => english(allOf(parts)))).toEqual(['', 'a', 'a and b and c']);
    expect(english(anyOf(['f32', said`none`]))).toBe('f32 or none');
    expect([firstOf(['a', 'b'], 2), firstOf(['a', 'b', 'c'], 2), firstOf(['a', 'b'], 5, 300), firstOf([], 2)].map(english)).toEqual(['a, b', 'a, b and 1 more', 'a, b and 298 more', '']);
  });
});

describe('errors', () => {
  test('say what happened by key, and in English as their message', () => {
    const error = new TestError(said`There is no model "${'x'}".`);
    expect(error).toMatchObject({ name: 'TestError', message: 'There is no model "x".', said: { key: 'There is no model "{0}".', values: ['x'] } });
    expect(error).toBeInstanceOf(Error);
  });

  test('take no plain string: the types refuse it', () => {
    const plain = [
      // @ts-expect-error a sentence without a key
      () => new FormatError('It is cut short.'),
      // @ts-expect-error likewise
      () => new DataError('It is cut short.'),
      // @ts-expect-error likewise
      () => new ModelError('It is cut short.'),
      // @ts-expect-error likewise
      () => new ConfigError('It is cut short.'),
      // @ts-expect-error likewise
      () => new HubError('damaged', 'It is cut short.'),
      // @ts-expect-error likewise
      () => new EngineError('shape', 'It is cut short.'),
      // @ts-expect-error likewise
      () => fail('add', 'sizes differ'),
    ];
    expect(plain).toHaveLength(7);
  });

  test('a reason is what an error says by key, or its message', () => {
    const what = said`It is cut short.`;
    expect(reasonOf(new TestError(what))).toEqual(what);
    expect(reasonOf(Object.assign(new Error('It is cut short.'), { said: what }))).toEqual(what);
    expect(reasonOf(new Error('broken'))).toBe('broken');
    expect(reasonOf('gone')).toBe('gone');
  });
});

/** Faults of the sentences in a file: words that are written in a hole, where no other language finds them, and what looks like a hole and is none. */
function faultsOf(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const faults: string[] = [];
  const isSaid = (node: ts.Node) => ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'said';
  const add = (node: ts.Node, text: string) => faults.push(`src/${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${text}`);
  const words = (node: ts.Node): void => {
    const compared = ts.isBinaryExpression(node.parent) && /^[!=]==$/.test(node.parent.operatorToken.getText());
    if (isSaid(node) || compared) return;
    if ((ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) && /\p{L}{2}/u.test(node.text)) add(node, node.text);
    ts.forEachChild(node, words);
  };
  const visit = (node: ts.Node): void => {
    if (isSaid(node)) {
      const { template } = node as ts.TaggedTemplateExpression;
      const parts = ts.isTemplateExpression(template) ? [template.head, ...template.templateSpans.map((span) => span.literal)] : [template];
      for (const part of parts) if (/\{\d+\}/.test(part.text)) add(part, part.text);
      if (ts.isTemplateExpression(template)) for (const { expression } of template.templateSpans) words(expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return faults;
}

describe('the sources', () => {
  test('hold no words in the holes of a sentence', () => {
    const src = resolve(import.meta.dirname, '..');
    const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path));
    const texts = paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(src, path), 'utf8')] as const).filter(([, text]) => text.includes('said`'));
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.flatMap(([path, text]) => faultsOf(path, text)), 'say whole sentences, chosen by what holds, or a sentence of its own in the hole').toEqual([]);
  });

  test('words in holes are found, and holes that are none', () => {
    expect(faultsOf('x.ts', 'said`give {0} or ${n}`')).toEqual(['src/x.ts:1: give {0} or ']);
    expect(faultsOf('x.ts', "said`it has ${names.join(', ') || 'none'}`")).toEqual(['src/x.ts:1: none']);
    expect(faultsOf('x.ts', 'said`it has ${few ? `only ${n}` : n}`')).toEqual(['src/x.ts:1: only ']);
    expect(faultsOf('x.ts', "said`it has ${names.join(', ') || said`none`} and ${kind === 'dataset' ? a : b}`")).toEqual([]);
  });
});
