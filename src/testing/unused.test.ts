import { readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { lightFiles, src } from './light';

/**
 * What the page's words and styles declare and nothing uses is dead, and to be deleted. Read from the text alone, so where
 * an object goes elsewhere as a whole, or is looked into by a name that is made while the page runs, all of it counts as used.
 */

const parse = (path: string): ts.SourceFile => ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
const all = lightFiles().map((path) => join(src, path));
const files = all.filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path)).map(parse);
const isCatalogue = ({ fileName }: ts.SourceFile): boolean => [join(src, 'ui/strings.ts'), join(src, 'figures/memoryWords.ts')].includes(fileName) || fileName.startsWith(join(src, 'ui/words/'));

/** A key of a catalogue, with the keys of the object that it holds; `is` names the catalogue that it holds. */
interface Key {
  path: string;
  used: boolean;
  keys: Map<string, Key>;
  is?: string;
}

/** The object that an expression is: by itself, with a type beside it, or in a call around it, as `catalog({ ... })`. */
function objectOf(node: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(node)) return node;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return objectOf(node.expression);
  return ts.isCallExpression(node) ? node.arguments.map(objectOf).find((one) => one !== undefined) : undefined;
}

function keyOf(path: string, value: ts.Expression | undefined): Key {
  const key: Key = { path, used: false, keys: new Map(), ...(value && ts.isIdentifier(value) ? { is: value.text } : {}) };
  for (const property of (value && objectOf(value))?.properties ?? []) {
    if (!property.name || !(ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))) continue;
    const name = property.name.text;
    const held = ts.isPropertyAssignment(property) ? property.initializer : ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
    key.keys.set(name, keyOf(`${path}.${name}`, held));
  }
  return key;
}

/** The exported catalogues by name. */
const catalogues = new Map(
  files.filter(isCatalogue).flatMap((file) =>
    file.statements.flatMap((statement) =>
      ts.isVariableStatement(statement) && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
        ? statement.declarationList.declarations.flatMap(({ name, initializer }) => (ts.isIdentifier(name) && initializer && objectOf(initializer) ? [[name.text, keyOf(`${relative(src, file.fileName)} ${name.text}`, initializer)] as const] : []))
        : [],
    ),
  ),
);

/** A key, or the catalogue that it holds. */
const held = (key: Key): Key => (key.is !== undefined && catalogues.get(key.is)) || key;

function useAll(key: Key): void {
  key.used = true;
  for (const one of held(key).keys.values()) if (!one.used) useAll(one);
}

/** Marks what a file reads of these objects, each under its name there; returns what it calls parts of them. */
function read(file: ts.SourceFile, named: ReadonlyMap<string, readonly Key[]>): Map<string, Key[]> {
  const found = new Map<string, Key[]>();
  const call = (name: string, key: Key) => found.set(name, [...(found.get(name) ?? []), key]);
  /** Parts that a pattern takes out. */
  const take = (pattern: ts.ObjectBindingPattern, from: Key): void => {
    for (const { dotDotDotToken, propertyName, name } of pattern.elements) {
      const word = propertyName ?? name;
      const key = !dotDotDotToken && (ts.isIdentifier(word) || ts.isStringLiteral(word)) ? held(from).keys.get(word.text) : undefined;
      if (!key) useAll(from);
      else if (ts.isObjectBindingPattern(name)) {
        key.used = true;
        take(name, key);
      } else if (ts.isIdentifier(name)) {
        key.used = true;
        call(name.text, key);
      }
    }
  };
  const follow = (node: ts.Expression, key: Key): void => {
    key.used = true;
    const { parent } = node;
    const [name, of] = ts.isPropertyAccessExpression(parent) ? [parent.name.text, parent.expression] : ts.isElementAccessExpression(parent) && ts.isStringLiteral(parent.argumentExpression) ? [parent.argumentExpression.text, parent.expression] : [];
    const next = name !== undefined && of === node ? held(key).keys.get(name) : undefined;
    if (next) return follow(parent as ts.Expression, next);
    if (ts.isVariableDeclaration(parent) && parent.initializer === node && ts.isIdentifier(parent.name)) return void call(parent.name.text, key);
    if (ts.isVariableDeclaration(parent) && parent.initializer === node && ts.isObjectBindingPattern(parent.name)) return take(parent.name, key);
    useAll(key);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node) && !isName(node)) named.get(node.text)?.forEach((key) => follow(node, key));
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** True for a word that names what it stands at, and is no reading of a value. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isParameter(parent) || ts.isJsxAttribute(parent) || ts.isPropertySignature(parent)) && parent.name === node) ||
    ts.isBindingElement(parent) ||
    // A catalogue within a catalogue is read from outside.
    (isCatalogue(node.getSourceFile()) && (ts.isShorthandPropertyAssignment(parent) || (ts.isPropertyAssignment(parent) && parent.initializer === node)) && catalogues.has(node.text))
  );
}

/** What a file calls the catalogues: those that it imports, or declares. */
function imported(file: ts.SourceFile): Map<string, Key[]> {
  const names = new Map<string, Key[]>();
  if (isCatalogue(file)) for (const [name, key] of catalogues) if (key.path.startsWith(`${relative(src, file.fileName)} `)) names.set(name, [key]);
  for (const statement of file.statements) {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const { propertyName, name } of bindings.elements) {
      const key = catalogues.get((propertyName ?? name).text);
      if (key) names.set(name.text, [key]);
    }
  }
  return names;
}

const unused = (key: Key): string[] => [...key.keys.values()].flatMap((one) => (one.used ? unused(one) : [one.path]));

/** Classes of a style sheet that no importing file names. */
function unnamed(sheet: string): string[] {
  const text = readFileSync(sheet, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/"[^"]*"/g, '');
  const selectors = [...text.matchAll(/([^{};]+)\{/g)].map(([, selector]) => selector!).filter((selector) => !selector.trim().startsWith('@'));
  const classes = new Set(selectors.flatMap((selector) => [...selector.matchAll(/\.([A-Za-z_][\w-]*)/g)].map(([, name]) => name!)));
  const named = new Set<string>();
  for (const file of files) {
    const locals = file.statements.flatMap((statement) => (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) && resolve(file.fileName, '..', statement.moduleSpecifier.text) === sheet ? (statement.importClause?.name?.text ?? []) : []));
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && locals.includes(node.expression.text)) named.add(node.name.text);
      // Which class it is, is known when the page runs: one of the words that the file knows.
      if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression) && locals.includes(node.expression.text)) for (const word of wordsOf(file)) named.add(word);
      node.forEachChild(visit);
    };
    if (locals.length > 0) visit(file);
  }
  return [...classes].filter((name) => !named.has(name)).map((name) => `${basename(sheet)} .${name}`);
}

/** Every word that a file, or one that it imports, has as a string or as a key; catalogues hold none that a class is called by. */
function wordsOf(file: ts.SourceFile): Set<string> {
  const words = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) words.add(node.text);
    if ((ts.isPropertyAssignment(node) || ts.isPropertySignature(node)) && ts.isIdentifier(node.name)) words.add(node.name.text);
    node.forEachChild(visit);
  };
  const importsOf = (one: ts.SourceFile) => one.statements.flatMap((statement) => (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) ? [resolve(one.fileName, '..', statement.moduleSpecifier.text)] : []));
  const near = importsOf(file);
  for (const one of files) {
    if (one !== file && (isCatalogue(one) || !near.some((path) => [`${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`].includes(one.fileName)))) continue;
    visit(one);
    // How methods look is plain data below the page.
    for (const path of importsOf(one).filter((name) => name.endsWith('.meta') && !name.startsWith(join(src, 'ui/')))) visit(parse(`${path}.ts`));
  }
  return words;
}

test('every word of the catalogues is read somewhere', () => {
  for (const file of files) {
    // What it calls parts of them may have parts that it calls something else.
    for (let names = imported(file), depth = 0; names.size > 0 && depth < 4; depth++) names = read(file, names);
  }
  expect(catalogues.size).toBeGreaterThan(20);
  expect([...catalogues.values()].flatMap(unused)).toEqual([]);
});

test('every class of the style sheets is named somewhere', () => {
  const sheets = all.filter((path) => path.endsWith('.module.css'));
  expect(sheets.length).toBeGreaterThan(20);
  expect(sheets.flatMap(unnamed)).toEqual([]);
});
