import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { lightFiles, src } from '../../testing/light';

/** Reads the sources of the page, and of what it shares with reports: words stand in catalogues, and only one place knows the locale, so that nothing creeps back. */

const files = lightFiles().filter((file) => /\.tsx?$/.test(file) && !/\.test\.ts$|\.d\.ts$/.test(file));
const isWords = (file: string): boolean => file === join('ui', 'strings.ts') || file.startsWith(join('ui', 'words'));

/** Names of keys, matrices and files, which are the same in every language. */
const names = new Set(['Esc', 'S', 'L', 'A', 'B', 'ΔW', 'y \\ x', 'https://huggingface.co', 'main']);

/** Attributes that people read or hear. */
const spoken = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'summary', 'caption', 'xLabel', 'yLabel']);

const letters = (text: string): boolean => /\p{L}/u.test(text) && !names.has(text.trim());

/** Texts of a template, without its values. */
const piecesOf = (node: ts.TemplateExpression): string[] => [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];

const sources = new Map(files.map((file) => [file, ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)]));

function found(file: string, wrong: (node: ts.Node) => boolean): string[] {
  const source = sources.get(file)!;
  const all: string[] = [];
  const visit = (node: ts.Node): void => {
    if (wrong(node)) all.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${node.getText().trim().slice(0, 60)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return all;
}

test('the locale stands in one place, and numbers, dates and lists are written in another', () => {
  // lang="en" says of a text that it is English in every language.
  const locale = (node: ts.Node) => ts.isStringLiteral(node) && /^en(-[A-Z]{2})?$/.test(node.text) && !ts.isJsxAttribute(node.parent);
  const intl = (node: ts.Node) => ts.isPropertyAccessExpression(node) && ((ts.isIdentifier(node.expression) && node.expression.text === 'Intl') || /^toLocale(Date|Time)?String$|^localeCompare$/.test(node.name.text));
  expect(files.filter((file) => file !== join('language', 'language.ts')).flatMap((file) => found(file, locale))).toEqual([]);
  expect(files.filter((file) => file !== join('language', 'format.ts') && file !== join('language', 'say.ts')).flatMap((file) => found(file, intl))).toEqual([]);
});

test('no component has words of its own', () => {
  const inJsx = (node: ts.Node): boolean => {
    if (ts.isJsxText(node)) return letters(node.text);
    if (ts.isJsxAttribute(node) && ts.isIdentifier(node.name) && spoken.has(node.name.text)) {
      const value = node.initializer && ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
      if (value && ts.isStringLiteral(value)) return letters(value.text);
      return value !== undefined && ts.isTemplateExpression(value) && piecesOf(value).some(letters);
    }
    // {`${n} runs`} between tags
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression) {
      if (ts.isStringLiteral(node.expression)) return letters(node.expression.text);
      return ts.isTemplateExpression(node.expression) && piecesOf(node.expression).some(letters);
    }
    return false;
  };
  expect(files.filter((file) => file.endsWith('.tsx')).flatMap((file) => found(file, inJsx))).toEqual([]);
});

test('no code makes sentences: what stands around values is part of a message', () => {
  // Two words after one another, or a word beside a value, are language; ids, classes, paths and colours are not.
  const sentence = (node: ts.Node): boolean => ts.isTemplateExpression(node) && piecesOf(node).some((piece) => /\p{L}{2,} \p{L}{2,}/u.test(piece) && !/[<=#(]/.test(piece));
  const inWords = (node: ts.Node): boolean => ts.isTemplateExpression(node) && piecesOf(node).some((piece) => /\p{L}{3,}/u.test(piece));
  expect(files.filter((file) => !isWords(file)).flatMap((file) => found(file, sentence))).toEqual([]);
  expect(files.filter((file) => isWords(file)).flatMap((file) => found(file, inWords))).toEqual([]);
});
