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
  engine: [
    part('src/engine/ranges.ts'),
    part('src/engine/tensor.ts'),
    part('src/engine/step.ts'),
    part('src/engine/forms.ts'),
    part('src/engine/flats.ts'),
    part('src/engine/kernel.ts'),
    part('src/engine/plan.ts', 'src/engine/planned.test.ts'),
    part('src/engine/machine.ts', 'src/engine/machinePaper.test.ts'),
    part('src/engine/gather.ts', 'src/engine/machinePaper.test.ts'),
    part('src/engine/timing.ts', 'src/engine/machinePaper.test.ts'),
    part('src/engine/quads.ts'),
    part('src/engine/device.ts', 'src/engine/devicePaper.test.ts', 'src/engine/quads.test.ts'),
    part('src/engine/pipelines.ts', 'src/engine/devicePaper.test.ts', 'src/engine/machinePaper.test.ts'),
    part('src/engine/nudge.ts'),
    part('src/engine/print.ts', 'src/engine/record.test.ts'),
    part('src/engine/deviceOptions.ts'),
    part('src/engine/record.ts', 'src/engine/record.test.ts', 'src/engine/recorded.test.ts'),
  ],
  optim: [part('src/optim/schedule.ts'), part('src/optim/adamw.ts', 'src/optim/recorded.test.ts'), part('src/optim/average.ts', 'src/optim/recorded.test.ts')],
  budgets: [
    part('src/adapters/budget.ts', 'src/adapters/budgetRows.test.ts'),
    part('src/train/work.ts'),
    part('src/train/labelOrder.ts'),
    part('src/train/match.ts', 'src/train/matched.test.ts'),
    part('src/adapters/adapted.ts', 'src/adapters/adaptedLayers.test.ts', 'src/adapters/adaptedParts.test.ts'),
    part('src/adapters/layerGroups.ts'),
    part('src/adapters/init.ts'),
    part('src/adapters/files/labels.ts'),
    part('src/adapters/patterns.ts', 'src/adapters/patternKeys.test.ts'),
    part('src/adapters/files/generations.ts', 'src/adapters/files/generationNames.test.ts'),
    part('src/numbers/singular.ts', 'src/adapters/singular.test.ts'),
    part('src/adapters/largest.ts'),
    part('src/analysis/reach.meta.ts'),
  ],
  statistics: [
    part('src/numbers/stats.ts'),
    part('src/numbers/recent.ts'),
    part(['src/numbers/student.ts', 'src/numbers/pairs.ts'], 'src/numbers/pairs.test.ts'),
    part('src/records/pairs.meta.ts', 'src/records/pairs.test.ts'),
    part('src/train/answers.meta.ts', 'src/train/answers.test.ts'),
    part('src/figures/interval.ts'),
    part('src/records/fair.meta.ts'),
    part('src/records/report/groups.ts'),
    part('src/ui/kit/charts/meanCurve.ts'),
    part('src/ui/core/runs/findings.ts'),
  ],
  adapters: [
    part('src/adapters/merge.ts', 'src/adapters/mergePaper.test.ts'),
    part(['src/adapters/equivalent.ts', 'src/adapters/methods/nola/equivalent.ts'], 'src/adapters/equivalent.test.ts'),
    part('src/adapters/diagonal.ts'),
    part('src/adapters/methods/randlora/bases.ts', 'src/adapters/sharedBases.test.ts'),
    part(['src/adapters/files/config.ts', 'src/adapters/files/writeConfig.ts'], 'src/adapters/files/config.test.ts', 'src/adapters/files/writeConfig.test.ts'),
    part('src/adapters/codec.ts', 'src/adapters/files/writeConfig.test.ts'),
    part(['load', 'loaded', 'tensors', 'layers', 'weights', 'part', 'save', 'model'].map((name) => `src/adapters/files/${name}.ts`), 'src/adapters/files/files.test.ts', 'src/adapters/files/model.test.ts'),
  ],
  metrics: [
    part('src/tasks/metrics.meta.ts', 'src/tasks/metrics.golden.test.ts', 'src/tasks/choiceScores.test.ts'),
    part('src/tasks/generationMetrics.ts', 'src/tasks/generationMetrics.golden.test.ts'),
    part('src/tasks/answers.ts', 'src/tasks/generationMetrics.golden.test.ts', 'src/train/generated.test.ts'),
    part('src/tasks/classWeights.meta.ts'),
    part('src/tasks/classes.ts'),
    part('src/train/scores.meta.ts'),
    part('src/train/generated.ts'),
  ],
  sampling: [
    part('src/train/choose.ts'),
    part('src/train/beams.ts'),
    part('src/train/generation.ts'),
    part('src/io/generationConfig.ts', 'src/train/generation.test.ts'),
    part('src/train/rollout.ts', 'src/train/rolloutRecorded.test.ts'),
  ],
  'learning rates': [
    part(['src/train/rates.meta.ts', 'src/train/findRate.ts'], 'src/train/rates.test.ts'),
    part('src/numbers/parabola.ts'),
    part('src/train/searchRate.ts', 'src/train/searched.test.ts'),
    part('src/train/patience.ts', 'src/train/patienceCount.test.ts'),
    part('src/records/early.meta.ts'),
    part('src/records/chance.meta.ts'),
    part('src/records/rates.meta.ts'),
  ],
  weights: [
    part('src/io/safetensorsHeader.ts'),
    part('src/io/safetensors.ts', 'src/io/safetensorsStream.test.ts'),
    part(['src/io/float16.ts', 'src/io/quant8.ts', 'src/io/nf4.ts']),
    part(['src/io/ternary.ts', 'src/io/stored.ts', 'src/io/dtype.ts']),
    part(['src/io/mersenne.ts', 'src/io/torchRandom.ts'], 'src/io/torchRandom.test.ts'),
    part(['src/io/pcg64.ts', 'src/io/numpyRandom.ts'], 'src/io/numpyRandom.test.ts'),
    part('src/io/targets.ts'),
    part('src/io/jsonFloats.ts'),
  ],
  checkpoint: [
    part('src/io/checkpoint.ts'),
    part('src/train/config.ts'),
    part(['src/train/checkpoint.ts', 'src/train/snapshots.ts'], 'src/train/checkpoint.test.ts'),
    part('src/train/runPrint.ts', 'src/train/editsPrint.test.ts'),
    part(['src/train/follow.ts', 'src/train/average.ts', 'src/train/startFrom.ts'], 'src/train/followed.test.ts'),
    part('src/train/loop.ts', 'src/train/loopSteps.test.ts'),
    part('src/train/split.ts', 'src/train/splitsDrawn.test.ts'),
  ],
  data: [
    part(['src/data/random.ts', 'src/data/streams.ts', 'src/data/limit.ts', 'src/data/partition.ts', 'src/data/batches.ts', 'src/data/split.ts'], 'src/data/drawn.test.ts'),
    part(['src/data/edits.meta.ts', 'src/data/edits.ts'], 'src/data/edits.test.ts'),
    part(['src/train/feeds.ts', 'src/train/microBatches.ts', 'src/train/mixing.ts', 'src/data/mix.ts'], 'src/train/batchesFilled.test.ts'),
  ],
  player: [part(['src/swap/blend.ts', 'src/swap/weights.ts', 'src/swap/player.ts', 'src/swap/adapter.ts'], 'src/swap/player.test.ts')],
  projects: [part('src/io/project/values.ts'), part('src/io/project/manifest.ts'), part(['src/io/project/read.ts', 'src/io/project/write.ts'], 'src/io/project/files.test.ts')],
  tokenizers: [part(['src/io/pythonRegex.ts', 'src/io/regexNodes.ts'], 'src/io/pythonRegexTable.test.ts'), part('src/io/bytePairs.ts'), part(['src/io/tokenizer.ts', 'src/io/tokenizerJson.ts'], 'src/io/mergesTokenizer.test.ts'), part('src/io/textTokenizer.ts', 'src/io/textTokenizerFiles.test.ts'), part('src/io/gguf/tokenizer.ts', 'src/io/gguf/tokenizerFiles.test.ts')],
};

/** A part by its first file. @param {Part} part */
const nameOf = ({ files: [first = ''] }) => first.replace(/^src\//, '').replace(/\.ts$/, '').replaceAll('/', '.');

/** File that keeps the results of a part's mutants. @param {Part} part */
export const keptOf = (part) => `.cache/mutants/${nameOf(part)}.json`;

/** Folder of the mutated copy of the project while a part runs. @param {Part} part */
export const sandboxOf = (part) => `.cache/mutants/sandbox/${nameOf(part)}`;

/** Environment that tells Stryker's processes which part they are for. @param {Part} part */
export const environmentOf = (part) => ({ FULLRANK_MUTATE: nameOf(part) });

/** The part that this process is for. @returns {Part} */
export function currentPart() {
  const part = Object.values(rooms)
    .flat()
    .find((one) => nameOf(one) === process.env.FULLRANK_MUTATE);
  if (!part) throw new Error('Mutants are made by npm run mutate, which says of which files.');
  return part;
}
