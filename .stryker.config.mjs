// How Stryker mutates one part of a room (src/cli/mutate/rooms.mjs); `npm run mutate` starts it for each and says by the environment for which.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { currentPart, keptOf, sandboxOf } from './src/cli/mutate/rooms.mjs';

const part = currentPart();

/** Calls, by which of their arguments, and properties whose text is there to be read by people, in messages, lists of dispatches and traces, and forms. */
const argumentsOfText = new Map([['kernel', [0]], ['fail', [0]], ['number', [2, 6]], ['integer', [2, 6]], ['flag', [2, 3]], ['zero', [0]]]);
const propertiesOfText = ['label', 'help', 'title', 'means'];

/**
 * Text of three words in a row or more is a sentence for people: a message, a warning, a note or a reason.
 * @param {any} node a literal
 */
const isSentence = (node) => /(?:\p{L}+[,;:]? ){2}\p{L}/u.test(node.type === 'StringLiteral' ? node.value : node.quasis.map((/** @type {any} */ part) => part.value.raw).join('{}'));

/**
 * What no test holds, as tests quote no sentence: messages of errors, sentences of warnings, notes and reasons, with what fills
 * them, and names of kernels and dispatches.
 */
const words = {
  /** @param {any} path Babel's path to a node; what is below a node that is left out is left out with it */
  shouldIgnore({ node, parent, key, listKey }) {
    if (node.type !== 'TemplateLiteral' && node.type !== 'StringLiteral') return undefined;
    if (isSentence(node)) return 'a sentence for people';
    if (parent.type === 'NewExpression' && listKey === 'arguments' && parent.callee.name?.endsWith('Error') && (node.type === 'TemplateLiteral' || node.value.includes(' '))) return 'a sentence for people';
    if (parent.type === 'CallExpression' && listKey === 'arguments' && argumentsOfText.get(parent.callee.name)?.includes(key)) return 'a name for people';
    if (parent.type === 'ObjectProperty' && key === 'value' && propertiesOfText.includes(parent.key.name)) return 'a name for people';
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'words', words)];

export default {
  mutate: part.files,
  ignorers: ['words'],
  plugins: ['@stryker-mutator/vitest-runner', './.stryker.config.mjs'],
  testRunner: 'vitest',
  // The tests of a part are those that it names, instead of all that import its files.
  vitest: { configFile: 'src/cli/mutate/vitest.config.ts', related: false },
  // Each mutant meets only the tests that come by it.
  coverageAnalysis: 'perTest',
  // A part that was run before runs again only where its files or tests have changed.
  incremental: true,
  incrementalFile: keptOf(part),
  tempDirName: sandboxOf(part),
  // What no test reads is not copied for each part.
  ignorePatterns: ['/.cache', '/.github', '/class', '/dist', '/lib', '/playwright-report', '/runs', '/test-results'],
  disableTypeChecks: false,
  // A machine that does other work as well is slow now and then; endless loops are mostly ended by Stryker's count of hits, not by time.
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 30,
  reporters: ['dots'],
  logLevel: 'warn',
  allowConsoleColors: false,
};
