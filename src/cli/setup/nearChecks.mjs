/**
 * Gives `defined` and `several` (src/numbers/defined.ts) names of each module's own where modules run unbundled, as in tests and on the
 * command line: there an imported name is looked up at each call, which makes a loop over numbers ten times slower.
 * @type {import('vite').Plugin}
 */
export const nearChecks = {
  name: 'near-checks',
  apply: 'serve',
  enforce: 'pre',
  transform(code, id) {
    if (!/\.tsx?$/.test(id) || !code.includes('/numbers/defined')) return null;
    return code.replace(/^import \{ ((?:defined|several|, )+) \} from ('[^']*\/numbers\/defined(?:\.ts)?');$/m, (_, /** @type {string} */ list, /** @type {string} */ from) => {
      const names = list.split(', ');
      return `import { ${names.map((name) => `${name} as ${name}_`).join(', ')} } from ${from}; ${names.map((name) => `const ${name} = ${name}_;`).join(' ')}`;
    });
  },
};
