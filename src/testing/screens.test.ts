import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '..');

/** Lines of a screen: what of a method can be seen at once. */
const SCREEN = 60;

test('no method of a class is longer than a screen', () => {
  const long: string[] = [];
  for (const path of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !/\.(test|arbitrary)\.ts$/.test(name))) {
    const file = ts.createSourceFile(path, readFileSync(join(src, path), 'utf8'), ts.ScriptTarget.Latest, true);
    const line = (at: number) => file.getLineAndCharacterOfPosition(at).line;
    const visit = (node: ts.Node) => {
      if (ts.isClassElement(node) && line(node.end) - line(node.getStart()) >= SCREEN) long.push(`src/${path}: ${node.name?.getText() ?? 'constructor'}`);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  expect(long).toEqual([]);
});
