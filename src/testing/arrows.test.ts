import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';

const src = resolve(import.meta.dirname, '..');

/** The page, and what it shares with the files that runs leave as; they load no engine. */
const light = ['ui', 'figures', 'language'];

const bottom = ['engine', 'ops', 'nn', 'optim', 'check', 'models', 'adapters', 'io', 'data', 'export', 'player', 'tasks', 'train', 'analysis'];

/** Rooms that anybody may import: errors and text from outside, and functions of numbers that are the same everywhere. */
const common = ['errors', 'numbers'];

/** Allowed imports: room -> rooms it may import from, besides itself. A room that is not listed fails the test. */
const arrows: Record<string, string[]> = {
  engine: ['shaders'],
  ops: ['shaders', 'engine'],
  nn: ['ops', 'engine'],
  optim: ['shaders', 'ops', 'engine'],
  check: ['shaders', 'engine', 'ops', 'optim', 'io'],
  wasm: [],
  io: [],
  data: ['io'],
  models: ['nn', 'ops', 'engine', 'io'],
  adapters: ['models', 'nn', 'ops', 'engine', 'io'],
  export: ['models', 'adapters', 'nn', 'engine', 'io', 'data'],
  // A page of one model: no method, no training.
  player: ['models', 'nn', 'ops', 'engine', 'io', 'data'],
  // The package's player: adapters beside one model, and no training either.
  swap: ['player', 'models', 'adapters', 'ops', 'engine', 'io', 'data'],
  tasks: ['models', 'adapters', 'nn', 'ops', 'engine', 'io', 'data'],
  train: ['check', 'export', 'player', 'tasks', 'models', 'adapters', 'optim', 'io', 'data', 'engine', 'ops', 'nn'],
  analysis: ['train', 'export', 'models', 'adapters', 'optim', 'io', 'data', 'engine', 'ops', 'nn'],
  language: [],
  figures: ['language'],
  records: ['figures', 'language', 'train', 'tasks', 'export', 'adapters', 'models', 'data', 'io', 'engine'],
  api: bottom,
  studio: [...bottom, 'api', 'records'],
  docs: [],
  bench: [...bottom, 'shaders'],
  cli: [...bottom, 'api', 'swap', 'records', 'bench', 'shaders', 'testing', 'wasm'],
  testing: [...bottom, 'records', 'shaders', 'wasm'],
  ui: ['figures', 'language'],
  ...Object.fromEntries(common.map((room) => [room, []])),
};

/** The page's own rooms, under `ui`: `app` puts everything together, a room for what a person does imports `core` and `kit` and no other one, `core` imports `kit`, and `kit` nothing of the page. */
const roomsOfPage = ['train', 'compare', 'landscape', 'inside', 'try', 'lessons', 'class', 'project'];
const pageArrows: Record<string, string[]> = {
  kit: [],
  // The runs that the page brings with it, as data.
  recorded: [],
  core: ['kit', 'recorded'],
  ...Object.fromEntries(roomsOfPage.map((room) => [room, ['core', 'kit']])),
  app: [...roomsOfPage, 'core', 'kit'],
};

/** Files in which rooms are put together: file -> rooms that it may import from with `import()`, besides its own room's. */
const together: Record<string, string[]> = { 'studio/worker.ts': ['wasm'], 'studio/packaged.ts': ['wasm'], 'studio/pageParts.ts': ['wasm'], 'player/device.ts': ['wasm'], 'api/platform.ts': ['wasm'] };

/** Modules below that the light rooms may import: the handle on the page's worker, plain data, and the tables' metadata (config fields and the like). */
const forThePage = /^(studio\/connect|studio\/protocol|train\/(protocol|config)|\w+\/(\w+\/)?(\w+\.)?(meta|fields))$/;

/** Packages that only some rooms may have; `node` stands for all of Node's own modules. */
const packages: [pattern: RegExp, rooms: string[], why: string][] = [
  [/^(react|react-dom|zustand|uplot)(\/|$)/, ['ui'], 'is for the page'],
  [/^(@tensorflow|@jax-js)\//, ['bench'], 'is a peer that the benchmark measures'],
  [/^binaryen$/, ['wasm'], 'makes WebAssembly of kernels'],
  [/^webgpu$/, ['testing', 'cli'], 'is WebGPU for Node; below cli a GPU is an argument'],
  [/^(vite|vitest|rolldown|typescript|fast-check|@playwright\/.*)$/, ['testing', 'cli', 'docs'], 'is a development tool'],
  [/^marked$/, ['docs'], 'renders the documentation when it is built'],
];
/** Megabytes that are loaded when they are asked for: `import()` only. */
const onDemand = /^onnxruntime-web(\/|$)/;
/** Rooms whose code needs nothing but WebGPU and the language. */
const plainRooms = ['engine', 'ops', 'nn', 'optim'];

interface Import {
  /** Path under src without extension, `shaders/...`, or a package's name. */
  target: string;
  typeOnly: boolean;
  /** `import()`. */
  dynamic?: boolean;
  line: number;
}

interface File {
  /** Under src, with extension. */
  path: string;
  room: string;
  /** May use Node's modules: `*.test.ts`, `*.node.ts`, cli and testing. */
  node: boolean;
  /** `*.test.ts`, `*.cases.ts`, which hold cases that Node and the browser both run, and `*.arbitrary.ts`, parsers that are given damaged files. */
  isTest: boolean;
  imports: Import[];
}

function readImports(path: string): Import[] {
  const file = ts.createSourceFile(path, readFileSync(join(src, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean, dynamic = false) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const name = specifier.text.replace(/\?.*$/, '');
    const target = name.startsWith('.')
      ? posix.normalize(posix.join(dirname(path), name)).replace(/\.[mc]?[jt]sx?$/, '').replace(/\/index$/, '')
      : name.replace(/^#shaders/, 'shaders');
    found.push({ target, typeOnly, dynamic, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  };
  /** True when every name is imported or exported with `type`. */
  const allTypes = (names: ts.NamedImports | ts.NamedExports) => names.elements.length > 0 && names.elements.every((name) => name.isTypeOnly);
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const bindings = clause?.namedBindings;
      add(node, node.moduleSpecifier, !!clause && (clause.isTypeOnly || (!clause.name && !!bindings && ts.isNamedImports(bindings) && allTypes(bindings))));
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly || (!!node.exportClause && ts.isNamedExports(node.exportClause) && allTypes(node.exportClause)));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false, true);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const files: File[] = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
  .map((entry) => {
    const path = relative(src, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    const room = path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
    const isTest = /\.(test|cases|arbitrary)\.tsx?$/.test(path);
    return { path, room, isTest, node: /\.(test|node)\.tsx?$/.test(path) || room === 'cli' || room === 'testing', imports: readImports(path) };
  });

const isOurs = (target: string) => target.startsWith('shaders/') || files.some(({ room }) => target === room || target.startsWith(`${room}/`));
const roomOf = (target: string) => defined(target.split('/', 1)[0]);

/** Reason that a file of the page may not import this other one; undefined if it may. */
function faultInPage(path: string, target: string): string | undefined {
  const [from, to] = [path, target].map((one) => one.split('/')[1] ?? '');
  const allowed = pageArrows[defined(from)];
  if (!allowed) return `src/${path} is in a room of the page that arrows.test.ts does not know`;
  return from === to || allowed.includes(defined(to)) ? undefined : `ui/${from} may import ${allowed.length > 0 ? allowed.map((room) => `ui/${room}`).join(', ') : 'no other room of the page'}`;
}

/** Reason that `file` may not have this import; undefined if it may. */
function fault(file: File, { target, typeOnly, dynamic }: Import): string | undefined {
  const { room, path, isTest } = file;
  if (target.startsWith('..')) return target.startsWith('../shaders/') ? 'shaders are imported as #shaders/NAME.wgsl?raw' : 'it lies outside src';
  if (!isOurs(target)) {
    if (onDemand.test(target) && !dynamic && !typeOnly) return 'it is loaded when asked for, with import()';
    if (/^node:/.test(target)) return file.node ? undefined : "Node's modules are for cli, testing, *.test.ts and *.node.ts";
    for (const [pattern, rooms, why] of packages) {
      if (pattern.test(target)) return isTest || rooms.includes(room) ? undefined : `the package ${why} (${rooms.join(', ')})`;
    }
    return plainRooms.includes(room) && !isTest ? `${room} imports no packages` : undefined;
  }
  const to = roomOf(target);
  if (/\.cases$/.test(target) && !isTest && room !== 'testing') return 'cases are for tests';
  if (to === room) return /\.test$/.test(target) ? 'nobody imports a test' : room === 'ui' && !isTest ? faultInPage(path, target) : undefined;
  if (common.includes(to)) return undefined;
  if (to === 'ui' || to === 'cli') return `nobody imports ${to}`;
  if (light.includes(room) && !light.includes(to)) return forThePage.test(target) || (isTest && ['testing', 'io', 'adapters', 'records'].includes(to)) ? undefined : `${room} imports only studio/connect, studio/protocol, train/protocol, train/config and meta or fields files`;
  if (isTest) return undefined; // a test may build what it needs out of any room below
  if (to === 'testing') return room === 'cli' ? undefined : 'testing is for tests and the command line';
  if (/\.node$/.test(target) && !file.node) return 'it runs in Node only, and this file runs in the browser too';
  if (dynamic && together[path]?.includes(to)) return undefined;
  const allowed = arrows[room];
  if (!allowed) return `src/${room || path} is a room that arrows.test.ts does not know`;
  return allowed.includes(to) ? undefined : `${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'}`;
}

describe('arrows', () => {
  test('every import follows them', () => {
    const faults = files.flatMap((file) =>
      file.imports.flatMap((imported) => {
        const why = fault(file, imported);
        return why === undefined ? [] : [`src/${file.path}:${imported.line} imports ${imported.target}: ${why}`];
      }),
    );
    expect(faults.join('\n')).toBe('');
  });

  test('no file of the page imports itself through others, not even for types', () => {
    const imports = new Map(files.filter(({ room, isTest }) => room === 'ui' && !isTest).map((file) => [file.path.replace(/\.tsx?$/, ''), file.imports.map(({ target }) => target)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const follow = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (trail.includes(path) || done.has(path)) return;
      imports.get(path)?.forEach((target) => follow(target, [...trail, path]));
      done.add(path);
    };
    [...imports.keys()].forEach((path) => follow(path, []));
    expect(imports.size).toBeGreaterThan(300);
    expect(circles).toEqual([]);
  });

  test('every room is known', () => {
    const unknown = files.filter(({ room }) => !(room in arrows)).map(({ path }) => `src/${path}`);
    expect(unknown, 'add its room to `arrows` in this file, and to the map in src/docs/contributing.md').toEqual([]);
  });

  test('a family speaks to its context alone, so that one forward is recorded, traced and exported', () => {
    const ofFamilies = files.filter(({ path, isTest }) => /^models\/\w+\//.test(path) && !isTest);
    expect(ofFamilies.length).toBeGreaterThan(5);
    const faults = ofFamilies.flatMap(({ path, imports }) => imports.filter(({ target }) => /^(ops\/|engine\/(?!tensor$)|nn\/recording$)/.test(target)).map(({ target }) => `src/${path} imports ${target}`));
    expect(faults).toEqual([]);
  });

  test('a task is imported by its register alone, and by no other task: what several need has a file of its own', () => {
    const register = files.find(({ path }) => path === 'tasks/index.ts')!;
    const registered = register.imports.filter(({ target, typeOnly }) => roomOf(target) === 'tasks' && !typeOnly && !target.endsWith('.meta')).map(({ target }) => target);
    expect(registered.length).toBeGreaterThan(5);
    const faults = files.filter((file) => file !== register && !file.isTest).flatMap(({ path, imports }) => imports.filter(({ target }) => registered.includes(target)).map(({ target, line }) => `src/${path}:${line} imports ${target}`));
    expect(faults).toEqual([]);
  });

  test('what ends in .meta is light enough for the page: of what lies below it, it imports only what the page may import', () => {
    const isLight = ({ path, isTest }: File) => !isTest && /\.meta\.ts$/.test(path);
    const given = files.filter(isLight);
    expect(given.length).toBeGreaterThan(20);
    const faults = given.flatMap(({ path, imports }) => imports.filter(({ target, typeOnly }) => !typeOnly && ![...common, 'language'].includes(roomOf(target)) && !forThePage.test(target) && target !== 'zod/mini').map(({ target, line }) => `src/${path}:${line} imports ${target}`));
    expect(faults).toEqual([]);
  });

  test('the page reaches no engine', () => {
    // Through whatever it imports, values only: the engine belongs to the worker's bundle.
    const byTarget = new Map<string, File>();
    for (const file of files) byTarget.set(file.path.replace(/\.tsx?$/, '').replace(/\/index$/, ''), file);
    const from = new Map<string, string>();
    const queue = files.filter(({ room, isTest }) => room === 'ui' && !isTest);
    const faults: string[] = [];
    for (const file of queue) {
      for (const { target, typeOnly } of file.imports) {
        if (typeOnly || from.has(target)) continue;
        from.set(target, file.path);
        if (['engine', 'ops', 'nn', 'optim', 'shaders'].includes(roomOf(target))) {
          const path = [target];
          for (let at: string | undefined = file.path; at && path.length < 20; at = from.get(at.replace(/\.tsx?$/, '').replace(/\/index$/, ''))) path.unshift(at);
          faults.push(path.join(' -> '));
        } else {
          const next = byTarget.get(target);
          if (next) queue.push(next);
        }
      }
    }
    expect(faults).toEqual([]);
  });
});

describe('the reading of import lines', () => {
  const file = (path: string): File => ({ path, room: roomOf(path), isTest: /\.test\./.test(path), node: /\.(test|node)\.|^(cli|testing)\//.test(path), imports: [] });
  const why = (from: string, target: string, typeOnly = false) => fault(file(from), { target, typeOnly, line: 1 });

  test('allowed and forbidden arrows', () => {
    expect(why('ops/add.ts', 'engine/record')).toBeUndefined();
    expect(why('ops/add.ts', 'shaders/add.wgsl')).toBeUndefined();
    expect(why('engine/plan.ts', 'ops/add')).toBe('engine may import shaders');
    expect(why('io/x.ts', 'train/protocol', true)).toBe('io may import no other room');
    expect(why('io/x.ts', 'train/protocol')).toBe('io may import no other room');
    expect(why('io/x.ts', 'data/source', true)).toBe('io may import no other room');
    expect(why('adapters/x.ts', 'train/protocol', true)).toBe('adapters may import models, nn, ops, engine, io');
    expect(why('engine/x.ts', 'train/protocol', true)).toBe('engine may import shaders');
    expect(why('ops/x.ts', 'train/protocol', true)).toBe('ops may import shaders, engine');
    expect(why('ops/add.test.ts', 'testing/dawn')).toBeUndefined();
    expect(why('ops/add.ts', 'testing/dawn')).toMatch(/testing is for tests/);
    expect(why('engine/errors.ts', 'errors/errors')).toBeUndefined();
    expect(why('ui/core/worker/client.ts', 'errors/errors')).toBeUndefined();
    expect(why('errors/errors.ts', 'engine/errors')).toBe('errors may import no other room');
    expect(why('train/session.ts', '@jax-js/jax')).toMatch(/peer that the benchmark/);
    expect(why('engine/plan.ts', 'zod')).toBe('engine imports no packages');
    expect(why('train/session.ts', 'node:fs')).toMatch(/Node's modules/);
    expect(why('io/tree.node.ts', 'node:fs')).toBeUndefined();
    expect(why('train/session.ts', 'react')).toMatch(/for the page/);
    expect(why('export/onnx/verify.ts', 'onnxruntime-web/wasm')).toMatch(/when asked for/);
    expect(fault(file('export/onnx/verify.ts'), { target: 'onnxruntime-web/wasm', typeOnly: false, dynamic: true, line: 1 })).toBeUndefined();
    expect(why('train/session.ts', '../shaders/add.wgsl')).toMatch(/#shaders/);
    expect(why('ui/compare/Board.tsx', 'ui/core/runs/runs')).toBeUndefined();
    expect(why('ui/compare/Board.tsx', 'ui/try/TryPanel')).toBe('ui/compare may import ui/core, ui/kit');
    expect(why('ui/core/runs/runs.ts', 'ui/app/App', true)).toBe('ui/core may import ui/kit, ui/recorded');
    expect(why('ui/kit/toast.ts', 'ui/core/runs/runs', true)).toBe('ui/kit may import no other room of the page');
    expect(why('ui/elsewhere/x.ts', 'ui/kit/toast')).toMatch(/does not know/);
  });

  test('type-only imports in each spelling', () => {
    const kinds = Object.fromEntries(readImports('testing/arrows.test.ts').map(({ target, typeOnly }) => [target, typeOnly]));
    expect(kinds).toMatchObject({ vitest: false, typescript: false });
    const setup = readImports('testing/setup.ts');
    expect(setup).toContainEqual(expect.objectContaining({ target: 'testing/dawn', typeOnly: false }));
  });
});
