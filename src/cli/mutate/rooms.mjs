// What `npm run mutate` mutates, by room, and which tests have to notice. Tests that open no device are quick: a mutant takes half a second with them.

/** @typedef {{ files: string[], tests: string[] }} Part */

/**
 * Files that are mutated together, and the tests that guard them: without any, those beside them.
 * @param {string | string[]} file
 * @param {string[]} tests
 * @returns {Part}
 */
function part(file, ...tests) {
  const files = [file].flat();
  return { files, tests: tests.length > 0 ? tests : files.map((path) => path.replace(/(\.meta)?\.ts$/, '.test.ts')) };
}

/** @type {Record<string, Part[]>} */
export const rooms = {
  optim: [part('src/optim/schedule.ts'), part('src/optim/adamw.ts'), part('src/optim/average.ts', 'src/optim/average.test.ts', 'src/train/average.test.ts')],
  engine: [
    part('src/engine/ranges.ts'),
    part('src/engine/tensor.ts'),
    part('src/engine/step.ts'),
    part('src/engine/forms.ts'),
    part('src/engine/flats.ts'),
    part('src/engine/kernel.ts'),
    part('src/engine/plan.ts', 'src/engine/planned.test.ts'),
    part('src/engine/record.ts', 'src/engine/record.test.ts', 'src/engine/recorded.test.ts'),
  ],
  budgets: [
    part('src/adapters/budget.ts', 'src/adapters/budgetRows.test.ts'),
    part('src/train/work.ts'),
    part('src/train/match.ts', 'src/train/matched.test.ts'),
    part('src/adapters/adapted.ts', 'src/adapters/adaptedLayers.test.ts', 'src/adapters/counts.test.ts'),
    part('src/adapters/layerGroups.ts'),
    part('src/adapters/init.ts'),
    part('src/adapters/labels.ts'),
    part('src/adapters/patterns.ts', 'src/adapters/patternKeys.test.ts'),
    part('src/adapters/generations.ts'),
    part('src/adapters/singular.ts'),
    part('src/adapters/largest.ts'),
  ],
};

/** A part by its first file. @param {Part} part */
const nameOf = ({ files }) => files[0].replace(/^src\//, '').replace(/\.ts$/, '').replaceAll('/', '.');

/** Where what became of a part's mutants is kept. @param {Part} part */
export const keptOf = (part) => `.cache/mutants/${nameOf(part)}.json`;

/** Where the mutated copy of the project stands while a part runs. @param {Part} part */
export const sandboxOf = (part) => `.cache/mutants/sandbox/${nameOf(part)}`;

/** What says to Stryker's processes which part they are for. @param {Part} part */
export const environmentOf = (part) => ({ FULLRANK_MUTATE: nameOf(part) });

/** The part that this process is for. @returns {Part} */
export function currentPart() {
  const part = Object.values(rooms)
    .flat()
    .find((one) => nameOf(one) === process.env.FULLRANK_MUTATE);
  if (!part) throw new Error('Mutants are made by npm run mutate, which says of which files.');
  return part;
}
