// The package's player (src/swap) without training: plugins for rolldown that leave out of the sources what serves training alone, and
// fetch methods one at a time. What is bundled with them is held against the sources by src/cli/player.test.ts.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './run.mjs';

/** Members of objects and classes that nobody calls who has no training, by the files that they are in. @type {[RegExp, Set<string>][]} */
const members = [
  // How a method starts and learns, and how its update runs beside a layer.
  [/\/adapters\/methods\/\w+\/method\.ts$/, new Set(['streamed', 'update', 'init', 'cost', 'count', 'range', 'penalty', 'afterStep', 'average', 'finished', 'equivalent', 'nearest', 'outer', 'runsAsOne', 'decays'])],
  // What is for people who choose one.
  [/\/adapters\/(methods\/\w+\/fields|field)\.ts$/, new Set(['help', 'when', 'formula', 'paper', 'look', 'term', 'label', 'empty', 'corner', 'lr', 'budget'])],
  // Steps, their forms and their start values.
  [/\/adapters\/adapted\.ts$/, new Set(['counts', 'stacks', 'fixedAmong', 'fileBytes', 'formOf', 'costOf', 'rowsOf', 'context', 'runsAsOne', 'layerTensors', 'commonTensor', 'tokens', 'remember', 'initialise', 'newHead', 'forms'])],
  // Gradients.
  [/\/ops\/attentionProducts\.ts$/, new Set(['productsBackward'])],
  [/\/engine\/record\.ts$/, new Set(['once', 'onceProgram', 'settle', 'param', 'stack', 'stream', 'nextStream', 'gradOf', 'paramGrad', 'lastingOf', 'flatRange', 'collects', 'setGrad', 'contribute', 'booked', 'held', 'contributeGated', 'gatedGradOf', 'backward', 'checkpoint', 'untaped', 'replay'])],
  [/\/engine\/machine\.ts$/, new Set(['readLate', 'copyOut', 'readU32', 'encodeTimed', 'formOf'])],
  // Forms of products that are only asked for, those for adapters that are software, which take the form of cards then, and RandLoRA's for the processor at sizes that four does not divide.
  [/\/ops\/(productForms|rand\w+)\.ts$/, new Set(['half32', 'half64', 'matrix', 'halfmatrix', 'rows16', 'rows32', 'rows16x8', 'packedAny'])],
  // Storage of weights and bases in other types than f32.
  [/\/ops\/weights\.ts$/, new Set(['f16', 'f16native', 'q8', 'nf4', 'bf16', 'ternary', 'generated'])],
  [/\/io\/stored\.ts$/, new Set(['q8', 'nf4', 'ternary', 'generated'])],
  // What texts are decoded with.
  [/\/nn\/recording\.ts$/, new Set(['attendGrouped', 'rmsNorm', 'rotary', 'spans', 'lastTokens'])],
];

/** Calls that record a backward. */
const backward = new Set(['onBackward', 'normGradients']);

/** Calls that run when a module is loaded and whose results may go unused: kernels are declared, and that is all that these do. */
const declaring = /\/src\/(ops|engine|optim)\//;

/**
 * Pieces of a module that go, or are marked as free of effects, from the end on.
 * @param {string} id @param {any} ast
 * @returns {{ from: number, to: number, text: string }[]}
 */
function edits(id, ast) {
  /** @type {{ from: number, to: number, text: string }[]} */
  const found = [];
  const gone = members.find(([file]) => file.test(id))?.[1] ?? new Set();
  /** @param {any} node */
  const goes = (node) => {
    if (node.type === 'ExpressionStatement' && node.expression.type === 'CallExpression') return backward.has(node.expression.callee.property?.name ?? node.expression.callee.name);
    if (node.type === 'ExportNamedDeclaration') return gone.has(node.declaration?.id?.name);
    if (node.type === 'Property' || node.type === 'MethodDefinition') return gone.has(node.key.name);
    return node.type === 'SpreadElement' && node.argument.callee?.name === 'besideBase';
  };
  /** @param {any} node @param {boolean} inside a function or statement */
  const visit = (node, inside) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach((one) => visit(one, inside));
    // What is taken out of an object, or given to a function by its name, is none of its members.
    if (node.type === 'ObjectPattern') return;
    if (typeof node.type === 'string' && goes(node)) return void found.push({ from: node.start, to: node.end, text: '' });
    if (!inside && declaring.test(id) && (node.type === 'CallExpression' || node.type === 'NewExpression')) found.push({ from: node.start, to: node.start, text: '/* @__PURE__ */ ' });
    // A statement is there for its effect.
    Object.values(node).forEach((one) => visit(one, inside || /Function|Method|Statement/.test(node.type)));
  };
  visit(ast, false);
  return found.sort((a, b) => b.from - a.from);
}

/** Leaves out what serves training alone. */
const untrained = {
  name: 'untrained',
  /** @this {any} @param {string} code @param {string} id */
  transform(code, id) {
    if (!id.startsWith(join(root, 'src')) || !id.endsWith('.ts')) return null;
    return edits(id, this.parse(code, { lang: 'ts' })).reduce((text, { from, to, text: put }) => text.slice(0, from) + put + text.slice(to > from && text[to] === ',' ? to + 1 : to), code);
  },
};

/** The module by which methods are fetched when they are asked for, in place of the one where all are there (src/swap/methods.ts). */
async function fetched() {
  const { load } = await import('../load.mjs');
  const { keys, types } = await load('src/swap/methods.ts');
  const imports = keys.map((/** @type {string} */ key) => `  ${key}: () => import('../adapters/methods/${key}/method'),`);
  return `import { methodFields } from '../adapters/fields';
import { methods } from '../adapters';
const modules = {\n${imports.join('\n')}\n};
export const keys = Object.keys(modules);
export const types = ${JSON.stringify(types)};
export const register = async (some) => {
  for (const { method } of await Promise.all(some.map((key) => modules[key]()))) methods[(methodFields[method.fields.method] = method.fields).method] = method;
};`;
}

/** The same of families of models (src/swap/families.ts). */
async function families() {
  const { load } = await import('../load.mjs');
  const { imageFamilies } = await load('src/models/images.ts');
  const names = /imageFamilies: ModelFamily\[\] = \[(.+)\]/.exec(readFileSync(join(root, 'src/models/images.ts'), 'utf8'))?.[1]?.split(', ') ?? [];
  const rows = names.map((name, i) => `  [${JSON.stringify(imageFamilies[i].model_types)}, async () => (await import('../models/${name}/${name}')).${name}],`);
  return `import { parseFamily } from '../models/images';
const families = [\n${rows.join('\n')}\n];
export const modelOf = async (config) => {
  const own = families.filter(([types]) => types.includes(config.model_type));
  return parseFamily(await Promise.all((own.length ? own : families).map(([, open]) => open())), config);
};`;
}

/**
 * Modules that are fetched where they are needed (src/swap/ready.ts), each with what it exports and by whom it is imported: attention by products,
 * which software and the processor compute by, and regular expressions of Python, of adapters whose targets are such.
 */
const late = {
  products: { path: 'src/ops/attentionProducts.ts', names: ['productsForward', 'productsBackward'], by: /\/ops\/attention\.ts$/ },
  regex: { path: 'src/io/pythonRegex.ts', names: ['fullMatch'], by: /\/(io|adapters)\/[\w/]+\.ts$/ },
};
/** @typedef {keyof typeof late} Late */
const lateKeys = /** @type {Late[]} */ (Object.keys(late));
/** @param {Late} key */
const stand = (key) => `let real; export const use = (given) => { real = given; };\n${late[key].names.map((name) => `export const ${name} = (...given) => real.${name}(...given);`).join('\n')}`;
const readyModule = () => `${lateKeys.map((key) => `import { use as ${key} } from '\0late ${key}';`).join('\n')}
export const ready = async ({ report }) => { if (report.software || report.architecture === 'wasm') products(await import(${JSON.stringify(join(root, late.products.path))})); };
export const readyForPatterns = async () => regex(await import(${JSON.stringify(join(root, late.regex.path))}));`;

/** Modules in place of others. @type {Record<string, () => string | Promise<string>>} */
const instead = {
  [join(root, 'src/swap/methods.ts')]: fetched,
  [join(root, 'src/swap/families.ts')]: families,
  [join(root, 'src/swap/ready.ts')]: readyModule,
  ...Object.fromEntries(lateKeys.map((key) => [`\0late ${key}`, () => stand(key)])),
  // Nobody is told which name was probably meant, nor watches where attention looks.
  [join(root, 'src/errors/near.ts')]: () => "export const didYouMean = () => ''; export const nearest = () => '';",
  [join(root, 'src/ops/attentionMean.ts')]: () => 'export const attentionMean = null;',
};

/** Modules in place of others, and registers of methods that begin empty. */
const registers = {
  name: 'registers',
  /** @param {string} id @param {string | undefined} importer */
  resolveId(id, importer) {
    if (id.startsWith('\0late ')) return id;
    const key = lateKeys.find((one) => importer && id.endsWith(`/${basename(late[one].path, '.ts')}`) && late[one].by.test(importer) && importer !== join(root, late[one].path));
    return key ? `\0late ${key}` : null;
  },
  /** @param {string} id */
  load(id) {
    if (Object.hasOwn(instead, id)) return instead[id]?.();
    const lists = { 'src/adapters/index.ts': /(const all: Method\[\] = )\[.+\];/, 'src/adapters/fields.ts': /(const all = )\[.+\];/, 'src/models/images.ts': /(imageFamilies: ModelFamily\[\] = )\[.+\];/ };
    const [, list] = Object.entries(lists).find(([path]) => id === join(root, path)) ?? [];
    if (!list) return null;
    const text = readFileSync(id, 'utf8');
    const empty = text.replace(/^import .* from '\.\/(methods\/\w+|\w+)\/\w+';\n/gm, '').replace(list, '$1[];');
    if (empty === text || !empty.includes('= [];')) throw new Error(`${id} is written in a way that lean.mjs does not know`);
    return empty;
  },
};

/** Functions that few folders need, by the file that imports them: they are fetched with the first of their kind. @type {[RegExp, string[]][]} */
const seldom = [
  [/\/adapters\/files\/load\.ts$/, ['loadPrompts', 'loadWeights', 'loadPart']],
  [/\/adapters\/methods\/\w+\/method\.ts$/, ['rootFactors']],
];

/** Imports of such functions, which are asynchronous anyhow, made when they are called. */
const fetchedLate = {
  name: 'fetched-late',
  /** @param {string} code @param {string} id */
  transform(code, id) {
    const [, names = []] = seldom.find(([file]) => file.test(id)) ?? [];
    return names.reduce((text, name) => text.replace(new RegExp(`^import \\{ ${name} \\} from '(.+)';$`, 'm'), `const ${name} = async (...given: any[]): Promise<any> => (await import('$1') as any).${name}(...given);`), code);
  },
};

/** Kernels without indents. */
const dense = {
  name: 'dense',
  /** @param {string} code @param {string} id */
  transform: (code, id) => (id.endsWith('.wgsl?raw') ? code.replaceAll(/\\n +/g, '\\n') : null),
};

export const lean = [registers, fetchedLate, untrained, dense];

/** What is there with the first picture in one file, what is one type's or family's in another: every file is compressed by itself. */
export function chunks() {
  /** @type {Map<string, readonly string[]>} */
  const imports = new Map();
  /** @type {Set<string> | undefined} */
  let first;
  const entry = join(root, 'src/swap/index.ts');
  const shared = /\/src\/(ops\/widen|adapters\/singular|io\/torchRandom|nn\/layers|models\/(fields|blockOutputs|names|positions))\.ts$|\/shaders\/widen\.wgsl/;
  /** @param {string} id */
  const isFirst = (id) => {
    if (!first) for (const one of (first = new Set([entry]))) for (const next of imports.get(one) ?? []) first.add(next);
    return first.has(id) || shared.test(id);
  };
  /** Methods that share a type of PEFT's, with which they are fetched. @type {Record<string, string>} */
  const group = {};
  return {
    plugin: {
      name: 'chunks',
      async buildStart() {
        const { load } = await import('../load.mjs');
        const { types } = await load('src/swap/methods.ts');
        for (const [type, keys] of Object.entries(types)) if (keys.length > 1 && !type.startsWith('FULLRANK_')) for (const key of keys) group[key] = type;
      },
      /** @param {{ id: string, importedIds: readonly string[] }} info */
      moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds),
    },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: 'player-core', test: isFirst },
        { name: (/** @type {string} */ id) => group[/\/methods\/(\w+)\//.exec(id)?.[1] ?? ''] ?? null, debugName: 'types' },
        { name: (/** @type {string} */ id) => /\/src\/models\/(\w+)\//.exec(id)?.[1] ?? null, debugName: 'families' },
      ],
    },
  };
}
