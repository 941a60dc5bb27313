import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { methodFields } from '../adapters/fields';
import { families, parseModel } from '../models';
import { traceModel } from '../models/trace';
import { readouts } from '../models/text';
import { defined } from '../numbers/defined';
import { losses } from '../tasks/losses.meta';
import { textTasks } from '../tasks/tasks.meta';
import { everyConfig } from './everyFamily';

/**
 * Methods and families of models are guests: nobody but their own files knows one by its name. What not every guest has is
 * asked for instead (`MethodFields`, `Method`, `Model`). Comments may name them, and so may words for people.
 */

/** `linear_probe` as `linearProbe`, as files are called. */
const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

interface Kind {
  what: string;
  names: string[];
  /** Spellings used by people, if different from those in code. */
  titles: string[];
  /** Names that are words of the language as well, each with what means the word: that counts as a whole string and as a file's name alone. */
  words: Record<string, RegExp>;
  /** Their own files, which may build on one another. */
  own: RegExp;
  /** Files that register them. */
  registers: string[];
}

const methods = Object.keys(methodFields);

const kinds: Kind[] = [
  {
    what: 'method',
    names: methods,
    titles: Object.values(methodFields).map(({ title }) => title),
    words: { full: /./, oft: /^SOFTWARE(_|$)/ },
    own: /^adapters\/methods\/\w+\//,
    registers: ['adapters/fields.ts', 'adapters/index.ts'],
  },
  {
    what: 'family of models',
    names: families.flatMap(({ model_types }) => model_types),
    titles: families.map(({ title }) => title.replace(/ \(.*$/, '')),
    // What is cut off, by us, in SVG and in torch.
    words: { clip: /^(clip(8|Of|Path|-path|_grad_norm_)?|-clip\)?|SVGClipPathElement)$/i },
    own: /^models\/\w+\//,
    registers: ['models/index.ts', 'models/images.ts'],
  },
  {
    what: 'task that has a loss of its own',
    names: losses,
    titles: [],
    words: {},
    // A loss is an op, which its task is built on.
    own: new RegExp(`^(tasks/\\w+|ops/(${losses.map(camel).join('|')}))\\.ts$`),
    registers: ['tasks/index.ts', 'tasks/losses.meta.ts'],
  },
  {
    what: 'task on texts',
    names: Object.keys(textTasks).map((name) => name.replaceAll('-', '_')),
    titles: [],
    words: {},
    own: /^tasks\/\w+\.ts$/,
    registers: ['tasks/index.ts', 'tasks/tasks.meta.ts'],
  },
];

/** Places that may name them besides, each for a reason. */
const allowed: [place: RegExp, why: string][] = [
  [/^ui\/\w+\/words\//, 'words for people'],
  [/^ui\/lessons\//, 'a lesson is an experiment with certain methods, and what is said of them'],
  [/^(bench\/|cli\/fullSize\.ts)/, 'contestants of the benchmark, and what full-size models are measured with'],
  [/^api\/configs\.ts /, "a class a method, made of the register by configs.test.ts: a module's exports cannot be made while it runs"],
  [/^api\/engine\.ts /, "ops of the package's engine, of which losses are some"],
  [/^cli\/python\//, 'cases of check:python, an experiment of all methods and families'],
  [/^cli\/village\.ts /, 'an experiment of all tasks on texts'],
  [/^cli\/featureStudy\.ts /, 'an experiment of all features, on one method and on all'],
  [/^cli\/mutate\/rooms\.mjs /, 'files whose faults tests have to notice, some of them of one method'],
  [/^(api|models)\/\S+ (CAUSAL_LM|(\w*For)?(SequenceClassification|TokenClassification|CausalLM|MaskedLM)(Model)?)$/, 'classes of transformers, and kinds of PEFT, which are called after them'],
  [/^models\/text\.ts token-classification$/, "a pipeline of the hub's"],
  [/^train\/config\.ts .*QLoRA/, 'a paper, after whose four bits weights are stored'],
  [/^adapters\/prompts\/model\.ts .*choose cross_entropy/, 'what an error tells people to set'],
  [/^records\/paper\.meta\.ts /, 'the experiments of the paper, with its methods'],
  [/^testing\//, 'what tests are made of'],
  [/^(ops\/randlora\w*|check\/(randlora|index))\.ts /, "RandLoRA's own kernels, and their check on a device"],
  [/^(data\/preprocess(Config|Write)\.ts |export\/python\/train\.py ViTImageProcessor)/, "transformers' image processors, which are called after the families that had them first"],
  [/^io\/textTokenizer\.ts /, "post-processors of tokenizer.json, which are called after the families that had them first"],
  [/^io\/gguf\/tokenizer\.ts /, "llama.cpp's kinds of tokenizers, which are called after the models that had them first"],
  [/^(models\/builtin|cli\/(village|ratePilot)|io\/serviceWorker|ui\/core\/analyses\/recorded)\.ts /, 'names of checkpoints that come with the page'],
  [/^export\/(check|python\/train)\.py dinov2$/, "a script on transformers: whose models take images of any size there, and say so by this name alone"],
  [/^export\/python\/train\.py cross_entropy$/, "torch's own function"],
  [/^docs\/examples\//, 'examples of the package, each with a method of its own'],
  [/^cli\/export\.ts as_lora$/, 'a flag that scripts of people have'],
  [/^adapters\/prompts\/dept\.folder\.ts linear_probe_proj$/, 'what the authors of DePT call their head, in files'],
  [/^adapters\/field\.ts (loraPatterns|lora_alpha)$/, 'settings by pattern of layer names, as PEFT has them for every method of that kind'],
];

interface Token {
  /** As it stands there. */
  text: string;
  line: number;
  isText: boolean;
  /** A string that says where a module lies. */
  isPath: boolean;
}

/** The words of an identifier or a key, in lower case: `isRandLoRA`, `linear_probe` and `use-dora` in their parts. */
function wordsIn(text: string, titles: readonly string[]): string[] {
  // LoRA is one word, although it has capitals within.
  const plain = [...titles].sort((a, b) => b.length - a.length).reduce((all, title) => all.replaceAll(title, ` ${title.toLowerCase()} `), text);
  return [...plain.matchAll(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*/g)].map(([word]) => word.toLowerCase());
}

/** True if a token contains a name of this kind. */
function names({ text, isText, isPath }: Token, kind: Kind): boolean {
  const { names: all, titles, words } = kind;
  // What has a space is said to people, or is lines of code, whose words are joined: `CLIPModel`, `lora_alpha`.
  if (isText && !isPath && /\s/.test(text.trim())) return (text.match(/\w+/g) ?? []).some((word) => wordsIn(word, titles).length > 1 && names({ text: word, line: 0, isText: false, isPath }, kind));
  const joined = wordsIn(text, titles).join(' ');
  return all.some((name) => {
    const word = Object.hasOwn(words, name) ? defined(words[name]) : null;
    if (word && isPath) return new RegExp(`(^|/)${name}([./]|$)`).test(text);
    if (word?.test(text)) return isText && text === name;
    return ` ${joined} `.includes(` ${name.replaceAll('_', ' ')} `);
  });
}

/** Identifiers and strings of a source in Python, whose sentences in three quotes and comments are left out. */
function pythonTokens(source: string): Token[] {
  const lineAt = (index: number) => source.slice(0, index).split('\n').length;
  return [...source.matchAll(/"""[^]*?"""|#.*|[a-zA-Z]?(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')|([A-Za-z_]\w*)/g)].flatMap(({ index, 1: double, 2: single, 3: word }) => {
    const text = double ?? single ?? word;
    return text === undefined ? [] : [{ text, line: lineAt(index), isText: word === undefined, isPath: false }];
  });
}

/** Identifiers and strings of a source. */
function tokensOf(path: string, source: string): Token[] {
  if (path.endsWith('.py')) return pythonTokens(source);
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const found: Token[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node) || ts.isJsxText(node) || ts.isRegularExpressionLiteral(node);
    if (isText || ts.isIdentifier(node)) {
      const { parent } = node;
      const isPath = isText && (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword) || (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent)));
      found.push({ text: node.text, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, isText, isPath });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

const src = resolve(import.meta.dirname, '..');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(tsx?|mjs|py)$/.test(path) && !/\.(test|cases|arbitrary)\.tsx?$|\.d\.ts$/.test(path))
  .map((path) => ({ path, tokens: tokensOf(path, readFileSync(join(src, path), 'utf8')) }));

/** Places that name each kind, in whatever file. */
const named = new Map(kinds.map((kind) => [kind, sources.flatMap(({ path, tokens }) => tokens.filter((token) => names(token, kind)).map(({ text, line }) => ({ path, place: `${path} ${text}`, at: `src/${path}:${line} names ${text}` })))]));

describe.each(kinds)('the names of every $what', (kind) => {
  const places = named.get(kind)!.filter(({ path }) => !kind.own.test(path) && !kind.registers.includes(path));

  test('stand in their own files and their register alone', () => {
    expect(places.filter(({ place }) => !allowed.some(([pattern]) => pattern.test(place))).map(({ at }) => at)).toEqual([]);
  });

  test('are what their own files are called', () => {
    expect(kind.names.length).toBeGreaterThan(1);
    expect(sources.filter(({ path }) => kind.own.test(path)).length).toBeGreaterThan(kind.names.length);
  });
});

test('what is read off a model of texts is asked for by what it does, and told apart by name in its own files alone', () => {
  const rows = `'(${Object.keys(readouts).join('|')})'`;
  const asks = new RegExp(`\\breads\\b[^\\n]{0,20}[!=]==? '|\\breads(:| =) ${rows}|\\?\\? ${rows}|\\btaskOf\\(${rows}|\\blearned\\w*\\b[^\\n]{0,60}[!=]==? ${rows}|'(regression|(single|multi)_label_classification)'`);
  // A family says which it has, a task which it is, and a reader of files which it makes.
  const own = /^(models|tasks|data|testing)\//;
  const found = sources.filter(({ path }) => !own.test(path)).flatMap(({ path }) => readFileSync(join(src, path), 'utf8').split('\n').flatMap((line, i) => (asks.test(line) ? [`src/${path}:${i + 1} ${line.trim()}`] : [])));
  expect(found).toEqual([]);
});

test('every place that may name them does', () => {
  const places = [...named.values()].flat();
  expect(allowed.filter(([pattern]) => !places.some(({ place }) => pattern.test(place))).map(([, why]) => why)).toEqual([]);
});

test('names are found however they are written, and comments and sentences are not', () => {
  const [method, family, task] = kinds as [Kind, Kind, Kind];
  const found = (source: string, kind = method) => tokensOf('x.tsx', source).filter((token) => names(token, kind)).map(({ text }) => text);
  expect(found("const x = { method: 'randlora', full: 1 }; asLora(x.use_dora, linearProbe, 'linear_probe', 'full', isVeRA, `NoLA`)")).toEqual(['randlora', 'asLora', 'use_dora', 'linearProbe', 'linear_probe', 'full', 'isVeRA', 'NoLA']);
  expect(found("import { x } from './full.fields'; import('../adapters/methods/vera/method'); const r = /^lora_/")).toEqual(['./full.fields', '../adapters/methods/vera/method', '/^lora_/']);
  expect(found("// lora\n/** VeRA */ const several = overall + average + exploration; say('LoRA and full fine-tuning'); full(whole)")).toEqual([]);
  expect(found("x === 'vit'; y = 'clip'; z = DeiT; import './models/clip/clip'; 'dinov2_with_registers'; 'ViTImageProcessor'", family)).toEqual(['vit', 'clip', 'DeiT', './models/clip/clip', 'dinov2_with_registers', 'ViTImageProcessor']);
  expect(found("x.loss === 'contrastive'; model.contrastive; import '../ops/crossEntropy'; say('the contrastive loss')", task)).toEqual(['contrastive', 'contrastive', '../ops/crossEntropy']);
  expect(found("import 'vitest'; clip(clipPath, clip8, CLIP); activity; 'no clipping'", family)).toEqual([]);
  expect(found("say('A CLIP or a DeiT'); y = `import ${x}, CLIPModel\\nmodel = vit_small(1)`; z = 'a ViTModel'", family)).toEqual([', CLIPModel\nmodel = vit_small(1)', 'a ViTModel']);
  expect(found("CLIP_WORDS; notClip; isClip; 'clip-nano'; clipHead", family)).toEqual(['CLIP_WORDS', 'notClip', 'isClip', 'clip-nano', 'clipHead']);
  const python = (source: string, kind = method) => tokensOf('x.py', source).filter((token) => names(token, kind)).map(({ text, line }) => `${text} ${line}`);
  expect(python('"""lora\n"""\nif kind == "linear_probe":  # VeRA\n    x = {f"base.{vera_A}": \'RANDLORA\'}')).toEqual(['linear_probe 3', 'base.{vera_A} 4', 'RANDLORA 4']);
});

describe('what files call the tensors of a model', () => {
  /** Words of which at least two are joined: what else stands in such names is a word of the language. */
  const wordsOf = (name: string): string[] => name.split(/[^A-Za-z0-9_]+/).filter((word) => /[a-z0-9]_[a-z0-9]/.test(word));
  const configs = Object.values(everyConfig);
  const models = configs.map((config) => parseModel(config)).flatMap((model) => [model, ...(model.whole ? [model.whole()] : [])]);
  const words = new Set(models.flatMap((model) => [...traceModel(model).weights.keys()].flatMap((name) => [name, model.names?.v5(name) ?? name].flatMap(wordsOf))));
  const known = new Set(configs.map(({ model_type }) => model_type as string));

  test('is asked of the models of every family', () => {
    expect(families.flatMap(({ model_types }) => model_types).filter((type) => !known.has(type))).toEqual([]);
    for (const word of ['text_model', 'self_attn', 'q_proj', 'c_attn', 'word_embeddings']) expect(words).toContain(word);
  });

  test('stands in the files of its family alone', () => {
    const elsewhere: [place: RegExp, why: string][] = [
      [/^models\/byText\.ts logit_scale$/, 'what every model of two towers has'],
      [/^io\/textTokenizer\.ts cls_token$/, 'a token of a tokenizer, by the name of transformers'],
      [/^ops\/tokenEmbedding\.ts token_embedding$/, 'an op'],
      [/^(bench|testing|cli\/python|docs)\//, 'models of a benchmark, of tests and of examples'],
      [/\.py /, 'scripts on transformers'],
    ];
    const found = sources.flatMap(({ path, tokens }) => (/^models\/\w+\//.test(path) ? [] : tokens.filter(({ text, isPath }) => !isPath && wordsOf(text).some((word) => words.has(word))).map(({ text, line }) => ({ place: `${path} ${text}`, at: `src/${path}:${line} says ${text}` }))));
    expect(found.filter(({ place }) => !elsewhere.some(([pattern]) => pattern.test(place))).map(({ at }) => at)).toEqual([]);
  });
});
