import type { FieldGroup } from '../train/config';
import type { DeviceChoice, DeviceReport, ExportEvent, ExportSpec, Phase, RunError } from '../train/protocol';
import type { Browser } from './panels/browser';
import type { Misplaced } from './store/catalog';
import type { RunState } from './store/runs';
import type { Theme, XAxis } from './store/settings';
import type { ViewName } from './store/shown';
import { selfTest } from './words/selfTest';
import { keptWords, projectWords } from './words/project';
import { runsExportWords } from './words/runsExport';
import { zeroShotWords } from './words/zeroShot';
import { tryout } from './words/tryout';
import { lookWords } from './words/look';
import { insideWords } from './words/inside';
import { landscapeWords } from './words/landscape';
import { cameraWords } from './words/camera';
import { fairWords } from './words/fair';
import { filesWords } from './words/files';
import { goingOnWords } from './words/goingOn';
import { lengthWords } from './words/lengths';
import { hubKinds } from './words/hub';
import { pushWords } from './words/push';
import { readingWords } from './words/reading';
import { picturesWords } from './words/pictures';
import { splitWords } from './words/split';
import { budgetWords, methodWords } from './words/budget';
import { roleWords } from '../figures/memoryWords';
import { rateWords } from './words/rates';
import { shareWords, undoWords } from './words/share';
import { recordedWords } from './words/recorded';
import { roomWords } from './words/room';
import { experimentWords, queueWords, sweepWords } from './words/queue';
import { boardWords } from './words/board';
import { compareWords } from './words/compare';
import { factNames, factWords, filterWords, tableWords } from './words/table';
import { catalog, ofPictures, say, sayOfPictures } from '../language/say';

type Parts = 'two' | 'three';

/** Every word that people read. Short sentences, no idioms; numbers arrive formatted. */
export const t = catalog({
  landscape: landscapeWords,
  inside: insideWords,
  selfTest,
  room: roomWords,
  name: 'Fullrank',
  skip: 'Skip to content',
  footer: { licence: 'Fullrank, MIT licence', docs: 'Documentation', local: 'Your data never leaves this computer.', inClass: 'Your data never leaves this computer. Settings, curves and adapters go to the class.' },

  views: { start: 'Start', train: 'Train', compare: 'Compare', landscape: 'Landscape', inside: 'Inside', try: 'Try', lessons: 'Lessons' } satisfies Record<ViewName, string>,

  header: {
    views: 'Views',
    allViews: 'All views',
    menu: 'Menu',
    present: 'Present',
    theme: 'Theme:',
    themes: { auto: 'auto', light: 'light', dark: 'dark', contrast: 'contrast' } satisfies Record<Theme, string>,
    keys: 'Keys',
    keysLabel: 'Keyboard shortcuts, question mark',
    unnamed: 'WebGPU device',
    none: 'No device',
    report: { vendor: 'vendor', architecture: 'architecture', description: 'description', software: 'software renderer', features: 'features' },
    /** What the sign in the header means; the adapter's name where it has one. */
    means: {
      processor: 'Training runs on the processor here: results are right but slower than on a graphics card.',
      software: say<[name: string]>('This page computes with a software renderer{is0, select, true { ({0})} other {}}: results are right but slower than on a graphics card.'),
    },
    isSoftware: { yes: 'yes, slow', no: 'no' },
    noFeatures: 'none',
  },

  hero: ofPictures({
    title: 'Fine-tune a small transformer in your browser, and see what each method buys.',
    lead: 'Compare LoRA, RandLoRA, VeRA and many more side by side, on your own pictures or texts and on your own device.',
    local: 'Nothing is uploaded.',
    inClass: 'Nothing is uploaded but settings, curves and adapters of the class’s experiments.',
    training: 'Show the training',
    ways: { own: 'Use your own pictures', texts: 'Train on texts', compare: 'See the recorded results', lessons: 'Take a lesson' },
  }),

  start: {
    button: 'Fine-tune now',
    opening: 'Opening the model and the data',
    failed: 'The model or the data could not be opened',
    noDevice: 'Training is not possible on this device',
    next: say<[what: string]>('Next: {0}'),
    /** In a class, whose experiments begin by themselves. */
    beside: say<[what: string]>('Your own, beside the class: {0}'),
    noMethod: 'Choose at least one method',
    noneReaches: 'None of the chosen methods can run at this budget',
    caption: say<[methods: number, steps: number, pictures: number, time: string, data: string]>('{0, plural, one {# method} other {# methods}} on {4}, {1} steps of {2, plural, one {# picture} other {# pictures}}{is3, select, true {, about {3} on this device} other {}}'),
    /** All of them are there with these settings: the next seed. */
    again: say<[seed: number]>('Fine-tune again, seed {0}'),
  },

  phases: {
    fetch: 'fetch',
    verify: 'verify',
    search: 'find the rate',
    decode: 'decode',
    upload: 'upload',
    compile: 'compile',
    'warm-up': 'warm-up',
    train: 'train',
    evaluate: 'evaluate',
    save: 'save',
  } satisfies Record<Phase, string>,

  run: {
    pause: 'Pause',
    resume: 'Resume',
    step: 'Step',
    stop: 'Stop',
    stopping: 'Stopping',
    paused: 'paused',
    /** What is going on ends first. */
    pausing: 'pausing',
    starting: 'starting',
    /** How a run has ended, read aloud. */
    ended: say<[name: string, state: string, step: string, result: string]>('{0}: {1}{is2, select, true { at step {2}} other {}}{is3, select, true {, {3}} other {}}.'),
    result: say<[percent: string, count: string]>('{0} % of {1} test pictures right'),
    unmeasured: 'not evaluated on the test pictures',
    startKey: 'Ctrl Enter',
    spaceKey: 'Space',
    endNow: 'End it now',
    /** `after`: what follows the last step, in place of the time. */
    brief: say<[rate: string, left: string, after: string]>('{0} pictures/s, {is2, select, true {{2}} other {{1} left}}'),
    after: { evaluate: 'evaluating', save: 'saving' },
    waiting: say<[count: number, left: string]>('{0, plural, one {# run} other {# runs}} waiting{is1, select, true {, {1}} other {}}'),
    elsewhere: say<[count: number]>('Another tab is training. {0, plural, one {# run starts} other {# runs start}} here when it has finished.'),
    units: { files: 'files', kernels: 'kernels', images: 'pictures', layers: 'layers' },
    ready: 'Ready to train',
    compare: 'Compare',
    /** All that are kept: tables are of one data set. */
    finished: say<[count: number, stopped: number, failed: number, sets: number]>('{0, plural, one {# run} other {# runs}} finished{1, plural, =0 {} other {, # stopped}}{2, plural, =0 {} other {, # failed}}{3, plural, one {} other {, on # data sets}}'),
    stoppedRuns: say<[count: number]>('{0, plural, one {# run} other {# runs}} stopped'),
    continueRun: say<[name: string]>('Continue {0}'),
    failedRuns: say<[count: number]>('{0, plural, one {# run} other {# runs}} failed'),
    stoppedAt: say<[name: string, step: number]>('{0} stopped{1, plural, =0 {} other { at step #}}'),
    goOn: say<[count: number]>('Continue with {0, plural, one {# run} other {# runs}}'),
    clear: 'Clear the queue',
  },

  data: {
    title: 'Data',
    opening: 'Opening the data.',
    choose: 'Data set',
    own: 'Choose folder',
    files: 'Choose files',
    hint: 'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.',
    about: say<[title: string, builtin: boolean, classes: number, pictures: number]>('{0}{is1, select, true {, bundled} other {}}. {2, plural, one {# class} other {# classes}}, {3} pictures.'),
    licence: say<[licence: string]>('Licence: {0}.'),
    counts: say<[train: number, test: number, draws: boolean]>('{0} to train{2, select, true { and validate} other {}}, {1} to test'),
    such: 'Examples; each answer stands under its prompt.',
    all: say<[count: number]>('Show all {0} classes'),
    fewer: 'Show fewer classes',
  },

  goingOn: goingOnWords,
  lengths: lengthWords,
  medium: ofPictures({ title: 'What to train on', kinds: { ofImages: 'Pictures', ofTexts: 'Texts' } }),

  camera: cameraWords,
  files: filesWords,
  split: splitWords,
  pictures: picturesWords,

  health: {
    check: 'Check all pictures',
    checking: say<[done: string, total: string]>('Checking pictures, {0} of {1}.'),
    cancel: 'Cancel',
    cancelled: 'Not all pictures were checked.',
    good: say<[count: string]>('All {0} pictures can be read, without duplicates.'),
    unreadable: say<[count: number]>('{0, plural, one {# picture} other {# pictures}} cannot be read and {0, plural, one {is} other {are}} left out'),
    /** `parts`: those that the set has; with three, the two may be any of them. */
    leaks: say<[count: number, parts: Parts]>('{0, plural, one {# picture} other {# pictures}} in {1, select, three {more than one of training, validation and test: accuracy} other {both training and test: test accuracy}} will look too high'),
    nearLeaks: say<[count: number, parts: Parts]>('{0, plural, one {# picture} other {# pictures}} nearly the same in {1, select, three {two of training, validation and test: accuracy} other {training and test: test accuracy}} will look too high'),
    duplicates: say<[count: number]>('{0, plural, one {# duplicate: it counts} other {# duplicates: they count}} twice'),
    /** The same with pairs among them whose labels differ. */
    tornLeaks: say<[count: number, torn: number, parts: Parts]>('{0, plural, one {# picture, with} other {# pictures, {1} with}} labels that contradict each other, in {2, select, three {more than one of training, validation and test} other {both training and test}}: one of the labels is wrong, and test accuracy cannot be trusted'),
    tornDuplicates: say<[count: number, torn: number]>('{0, plural, one {# duplicate, with} other {# duplicates, {1} with}} labels that contradict each other: one of the labels is wrong'),
    near: say<[count: number]>('{0, plural, one {# pair} other {# pairs}} of near-duplicates: the second adds little'),
    pair: say<[a: string, b: string]>('{0} and {1}'),
    begins: say<[a: string, b: string]>(': “{0}”{is1, select, true { and “{1}”} other {}}'),
    torn: say<[a: string, b: string]>(', labelled {0} and {1}'),
    more: say<[count: number]>('and {0} more'),
  },

  edits: {
    use: say<[name: string]>('Use {0}'),
    title: say<[count: number]>('{0, plural, one {# change} other {# changes}} to this data'),
    brief: say<[count: number]>('{is0, select, true {{0, plural, one {# change} other {# changes}} to the data} other {data unchanged}}'),
    classOut: say<[name: string]>('Class {0} is left out'),
    classIn: say<[name: string]>('Class {0} is used again'),
    fewest: 'At least two classes are needed, so neither can be left out.',
    pictureIn: say<[name: string]>('{0} is used again'),
    pictureOut: say<[name: string]>('{0} is left out'),
    pictureAs: say<[name: string, label: string]>('{0} is now labelled “{1}”'),
    undo: 'Undo',
    undoOf: say<[what: string]>('Undo: {0}'),
    failed: say<[why: string]>('Not changed. {0}'),
    more: say<[count: number]>('and {0} more'),
    all: 'Undo all',
    allUndone: 'All changes to this data are undone',
  },

  cell: {
    right: say<[truth: string, said: string]>('{0}, taken for {1}'),
    wrong: say<[truth: string, said: string]>('{0} taken for {1}'),
    all: say<[all: number]>('{0, plural, one {# picture} other {# pictures}}.'),
    first: say<[shown: number, all: number]>('The first {0} of {1, plural, one {# picture} other {# pictures}}.'),
    hint: 'Is a label wrong? Choose the right one. It takes effect from the next run on.',
    keys: 'Choose a cell to see its pictures; arrow keys move between cells.',
    close: 'Close',
  },

  model: {
    title: 'Model & methods',
    choose: 'Model',
    own: 'Use another model',
    about: say<[title: string, builtin: boolean, parameters: string, size: number, texts: boolean]>('{0}{is1, select, true {, bundled} other {}}. {2} weights{is4, select, true { in its vision tower} other {}}, pictures of {3} × {3}.'),
    targets: 'Adapted layers',
    targetsUsual: 'Query, key, value and MLP',
    targetsAll: 'All linear layers',
    targetsOwn: 'My own list …',
    targetsList: 'Names of layers',
    targetsHint: 'Endings of layer names, separated by commas; a regular expression; or all-linear.',
  },

  zeroShot: zeroShotWords,

  methods: methodWords,
  rates: rateWords,

  budget: budgetWords,

  advanced: { title: 'Advanced', groups: { length: 'Length', optimisation: 'Optimisation', data: 'Data', memory: 'Memory', logging: 'Logging' } satisfies Record<FieldGroup, string>, changed: say<[count: number]>('{0} changed') },

  fields: {
    changed: say<[standard: string]>('Changed from {0}.'),
    explain: 'What is that?',
    reset: 'Reset',
    resetOf: say<[label: string]>('Reset {0}'),
    refused: say<[text: string, why: string]>('“{0}” was not taken. {1}'),
    wrong: { number: 'This is not a number.', whole: 'Only whole numbers.', least: say<[min: string]>('At least {0}.'), most: say<[max: string]>('At most {0}.'), range: say<[min: string, max: string]>('Between {0} and {1}.') },
  },

  memory: {
    title: 'Memory of the run',
    plannedTitle: 'Predicted memory',
    unit: 'MiB',
    needs: say<[method: string, mib: string]>('{0} needs {1} mebibytes'),
    mib: say<[mib: string]>('{0}\u00a0MiB'),
    role: 'role, MiB',
    predicted: 'predicted',
    allocated: 'allocated',
    notYet: 'not yet',
    total: 'total',
    bytes: say<[count: string]>('{0} bytes'),
    divided: say<[batch: number, parts: number, each: number]>('{0} pictures at a time do not fit; they are computed in {1} micro-batches of {2}, with the same result.'),
    legend: 'Grey: frozen weights, activations, the batch. A method’s colour: what learns, with its gradients and moments, and what the method brings.',
    trainable: say<[count: string]>('{0} trainable parameters with the head'),
    equal: say<[allocated: string, predicted: string]>('Equal to the byte: {0} of {1}'),
    unequal: say<[allocated: string, predicted: string]>('Allocated {0} bytes, predicted {1}. Please report this.'),
    roles: roleWords,
    /** What hardly takes anything, in one line of a legend. */
    small: 'the batch, and small buffers to run a step and read its results',
  },

  board: boardWords,
  comparing: compareWords,
  queue: queueWords,
  facts: factWords,
  factNames,
  filter: filterWords,
  table: tableWords,
  sweep: sweepWords,
  experiments: experimentWords,

  stats: { rate: 'pictures per second', left: 'this run, left', step: 'step', loss: 'loss', smoothed: 'loss, smoothed' },

  compare: {
    title: 'Curves',
    axis: 'axis',
    axisLabel: 'Horizontal axis',
    axes: { step: 'Step', images: 'Pictures', time: 'Time' } satisfies Record<XAxis, string>,
    axisNames: { step: 'step', images: 'pictures', time: 'training time' } satisfies Record<XAxis, string>,
    axisHeads: { step: 'step', images: 'pictures', time: 'training time, s' } satisfies Record<XAxis, string>,
    at: { step: say<[value: string]>('step {0}'), images: say<[value: string]>('{0} {0, select, 1 {picture} other {pictures}}'), time: say<[value: string]>('after {0}') } satisfies Record<XAxis, (value: string) => string>,
    log: 'log loss',
    raw: 'raw values',
    /** Why the box is not to be ticked. */
    rawOwn: 'Recorded runs and means of several runs are drawn without them.',
    rawAlready: 'Without smoothing the lines are the raw values.',
    loss: 'Training loss',
    lossLog: 'training loss, log',
    lossLinear: 'training loss',
    lossEmpty: 'One line for each run, drawn from the first step.',
    splits: {
      val: { title: 'Validation accuracy', unit: 'validation accuracy, %', empty: 'One point for each evaluation on pictures that were held back from training.' },
      test: { title: 'Test accuracy', unit: 'test accuracy, %', empty: 'One point for each evaluation on the test pictures.' },
      mixed: { title: 'Validation or test accuracy', unit: 'accuracy, %', empty: '' },
    },
    none: 'No runs yet.',
    lossSummary: say<[ends: string]>('Last values: {0}.'),
    accuracySummary: say<[ends: string]>('Last values in percent: {0}.'),
    seed: say<[seed: number]>('seed {0}'),
    meanOf: say<[runs: number]>('mean of {0, plural, one {# run} other {# runs}}'),
    seeds: 'single seeds',
    of: { loss: 'Loss', accuracy: 'Accuracy' },
    ofLabel: 'What the curves show',
    bands: 'Lines are means over seeds, bands their 95 % intervals.',
    means: 'Lines are means over seeds.',
    few: 'A 95 % band needs three seeds.',
    thin: say<[run: string]>('The thin line beside its mean is {0}, the chosen run.'),
    thinSeeds: 'Thin lines beside a mean are its seeds.',
    smoothLoss: 'The loss is smoothed over the steps before.',
    pale: 'Recorded runs are paler and thinner.',
    cut: 'Intervals that go beyond the axis are cut off there.',
    smoothing: 'smoothing',
    unlike: 'Not all of these were timed under the same conditions (another device, recorded, or steps of uneven length): compare steps instead.',
    smoothed: 'Thick lines are smoothed over all steps, so that zoom does not change them; thin ones are each step.',
    more: 'Plots',
    plots: { loss: 'Loss', accuracy: 'Accuracy', batch: 'Batch accuracy', grad_norm: 'Gradient norm', lr: 'Learning rate', ms: 'Time of a step' },
    columns: { batch: 'Accuracy of the batch, %', grad_norm: 'Gradient norm', lr: 'Learning rate', ms: 'Time of a step, ms' },
    columnEmpty: 'One line for each run, drawn from the first step.',
  },

  chart: {
    role: 'chart',
    keys: 'Left and right arrow move a cursor through the data, Home and End go to the ends, plus and minus zoom, square brackets move along, 0 shows everything, T opens the table, E saves the numbers.',
    reset: 'Show everything',
    zoomed: say<[from: string, to: string]>('Shown from {0} to {1}.'),
    unzoomed: 'Everything is shown.',
    kinds: { svg: 'SVG', png: 'PNG', csv: 'CSV', json: 'JSON' },
    notSaved: say<[why: string]>('Not saved. {0}'),
    table: 'Table',
    interval: '95 % interval, ±',
    setting: 'setting',
    moreLines: say<[count: number]>('+ {0} more'),
    export: 'Export',
    of: say<[title: string]>('of {0}'),
    tableOf: say<[title: string]>('Table of {0}'),
    unsmoothed: 'Values of each step, before smoothing.',
    page: say<[page: number, pages: number]>('page {0} of {1}'),
    earlier: 'Previous',
    later: 'Next',
  },

  runs: {
    title: 'Runs',
    table: 'Table of runs',
    empty: 'Every run is kept here with its curves, test accuracy and adapter.',
    reading: 'Reading earlier runs.',
    shown: 'line',
    showLine: say<[name: string]>('Show the line of {0}'),
    key: say<[number: number]>('Key {0}'),
    nowShown: say<[name: string, shown: boolean]>('{is1, select, true {Shown} other {Hidden}}: {0}'),
    run: 'run',
    method: 'method',
    trainable: 'trainable',
    best: 'best validation, %',
    test: 'test, %',
    perplexity: 'perplexity',
    balanced: 'balanced, %',
    f1: 'macro-F1, %',
    noMatrix: 'Needs the confusion matrix, which was not kept.',
    timeHint: 'The training steps alone, without compiling, evaluating and saving: less than the time of a run in Train.',
    state: 'state',
    actions: 'actions',
    baseline: 'first run',
    same: 'nothing',
    otherTab: 'in another tab',
    states: {
      waiting: 'waiting',
      running: 'running',
      paused: 'paused',
      stopping: 'stopping',
      done: 'done',
      stopped: 'stopped',
      failed: 'failed',
      interrupted: 'interrupted',
    } satisfies Record<RunState, string>,
    untested: 'not evaluated',
    stoppedEarly: 'stopped early',
    earlyAt: say<[step: string]>('early, step {0}'),
    atChance: 'at chance',
    atChanceHint: 'No better than always naming the most frequent class',
    cancel: 'Cancel',
    resume: 'Continue',
    export: 'Export',
    again: 'Run again',
    delete: 'Delete',
    deleted: say<[name: string]>('Deleted {0}'),
    cleared: say<[count: number]>('Took {0, plural, one {# run} other {# runs}} out of the queue'),
    noAdapter: say<[name: string]>('No adapter was kept of {0}'),
  },

  runsExport: runsExportWords,

  export: {
    title: say<[name: string]>('Export {0}'),
    legend: 'Format',
    start: 'Export',
    cancel: 'Cancel',
    anyway: 'Save the file anyway',
    /** Why there is no other form. */
    alone: say<[why: string]>('It can only be exported as an adapter: {0}.'),
    formats: {
      peft: { title: 'PEFT adapter', use: 'Small files that PEFT loads onto the same base model, with pictures and a script to check the result.' },
      folder: { title: 'Merged Hugging Face folder', use: 'A whole model that transformers loads without PEFT.' },
      onnx: { title: 'ONNX', use: 'One file for ONNX Runtime on servers, phones and web pages. It is run here and compared on test pictures.' },
      gguf: { title: 'GGUF', use: 'One file with the whole model and its tokenizer, for llama.cpp, wllama and programs built on them.' },
      python: { title: 'Python project', use: 'The whole experiment for PyTorch, transformers and PEFT: a training script, settings, seed, split, order of pictures and the trained weights.' },
    } satisfies Record<Exclude<ExportSpec['format'], 'equivalent'>, { title: string; use: string }>,
    /** An adapter of a method that PEFT does not have. */
    unknown: { title: say<[method: string]>('{0} adapter'), use: 'The smallest files. Only Fullrank reads them.' },
    equivalent: { title: say<[as: string]>('As {0}, for PEFT'), use: say<[method: string, as: string]>('PEFT does not have {0}. The same update is written as a plain {1}, which is larger.'), also: say<[as: string]>('The same update as a plain {0}, for tools that read nothing else.') },
    base: say<[title: string]>('Its base model, {0}, is not on any hub. Put these files in one folder:'),
    names: 'Version of transformers that will read it. Newer ones have other names for the layers',
    transformers: { 4: say<[renamed: string]>('transformers before {0}'), 5: say<[renamed: string]>('transformers {0} or newer') },
    dtype: 'Weights of the ONNX file',
    dtypes: { f32: 'f32', f16: 'f16, half the size' },
    ggufDtype: 'Weights of the GGUF file',
    ggufDtypes: { f16: 'f16', q8_0: '8 bits, about half the size' },
    stages: {
      open: say<[]>('Opening the model, the data and the adapter.'),
      images: say<[]>('Reading test pictures for the check.'),
      make: say<[format: ExportSpec['format']]>('{0, select, onnx {Writing the ONNX file and running it in onnxruntime-web.} other {Making the files.}}'),
      zip: say<[format: ExportSpec['format'], mib: string]>('{is1, select, true {Packing, {1}\u00a0MiB so far.} other {Packing.}}'),
      send: say<[format: ExportSpec['format'], mib: string]>('{is1, select, true {Sending, {1}\u00a0MiB so far.} other {Sending.}}'),
    } satisfies Record<ExportEvent['stage'], (format: ExportSpec['format'], mib: string) => string>,
    ending: 'Cancelling; it ends after this stage.',
    training: 'You can export once training has ended.',
    saved: say<[name: string]>('Saved {0}'),
    notSaved: 'The file was not saved.',
    right: 'Check passed.',
    wrong: 'Check failed.',
    agree: say<[same: number, images: number]>('{0} of {1, plural, one {# picture} other {# pictures}} agree.'),
    lastCheck: say<[dtype: string, ago: string]>('Last export, {0}, checked {1}.'),
  },

  reading: readingWords,
  push: pushWords,

  results: {
    accuracy: say<[percent: string, count: string, pictures: string, step: string, loss: string, right: string]>('{5} of {1} {2} right ({0} %) with the weights of step {3} (loss {4}).'),
    /** Why these weights, where they are not the last. */
    best: say<[last: string]>('They did best on the validation pictures; training went on to step {0}.'),
    /** `percent` of who always names the most frequent class. */
    atChance: say<[percent: string, rate: 'found' | 'given']>('At chance: always naming the most frequent class is right {0} % of the time. {1, select, found {Train longer, or give this method more parameters.} other {Its learning rate may be too high or too low for these settings.}}'),
    findRate: 'Find its learning rate and train again',
    balanced: say<[percent: string]>(' {0} %, '),
    f1: say<[percent: string]>(' {0} %.'),
    spearman: say<[percent: string]>('Spearman correlation {0} %: the same for ranks, so only the order counts.'),
    matthews: say<[percent: string]>('Matthews correlation {0} %: 0 is guessing, 100 all right, whatever the sizes of the classes.'),
    perplexity: say<[value: string]>('Perplexity {0}: e to the power of the loss, as if so many tokens were equally likely each time.'),
    choices: say<[percent: string, byLetter: string]>('{0} % of the likeliest choices are right; {1} % when likelihoods are normalised by length in characters, which does not favour short ones.'),
    balancedWord: 'Balanced accuracy',
    f1Word: 'macro-F1',
    which: 'Which pictures',
    splits: { val: 'Validation', test: 'Test' },
    on: { val: 'validation pictures', test: 'test pictures', train: 'training pictures' },
    perClass: 'Accuracy of each class, %',
    confusion: 'Confusion',
    /** Right pictures of a class, and the 95 % interval. */
    ofClass: say<[name: string, right: string, count: string, low: string, high: string]>('{0}: {1} of {2} right, 95 % interval {3} to {4} %'),
    of: say<[count: string]>('% of {0}'),
    intervals: 'Thin lines are 95 % intervals over the pictures of each class.',
    few: say<[least: string]>('With as few as {0} pictures they are wide: differences of classes may be chance.'),
    confusionHint: 'Rows are true classes, columns are predicted classes, numbers are pictures. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.',
    pictures: 'pictures',
    trueClass: 'true class',
    cell: say<[truth: string, said: string, count: number]>('{0} taken for {1}: {2}'),
    pair: say<[truth: string, said: string, count: number]>('Most often {0} is taken for {1}, {2, plural, one {# picture} other {# pictures}}.'),
    /** `pairs` as `taken` and `others` say them. */
    ties: say<[pairs: string[], count: number]>('Most often, {1, plural, one {# picture} other {# pictures}} each, {0}.'),
    taken: say<[truth: string, said: string]>('{0} is taken for {1}'),
    others: say<[pairs: number]>('{0, plural, one {# other pair} other {# other pairs}}'),
    empty: 'Accuracy, each class and the confusion matrix appear with the first evaluation.',
    stopped: say<[step: string]>('This run was stopped and has not been evaluated on the test pictures. Its weights of step {0} are kept.'),
    evaluate: 'Evaluate it now',
    evaluating: say<[done: string, total: string]>('Evaluating, {0} of {1} {1, select, 1 {picture} other {pictures}}.'),
    notEvaluated: say<[why: string]>('It was not evaluated. {0}'),
    none: 'This run has ended before its first evaluation.',
    download: say<[what: 'adapter' | 'weights', mib: string]>('Download the {0, select, adapter {adapter} other {weights}}, {1}\u00a0MiB'),
    summary: say<[time: string, rate: string, skipped: number, device: string]>('{0} of training at {1} pictures per second{is3, select, true { on {3}} other {}}{is2, select, true {; {2, plural, one {# step} other {# steps}} skipped because a gradient was not finite} other {}}.'),
  },

  toast: { undo: 'Undo', undoKey: 'Ctrl Z', redo: 'Redo', redoKey: 'Ctrl Shift Z', close: 'Close' },

  keys: {
    title: 'Keys',
    close: 'Close',
    letters: 'Use single keys outside of fields',
    list: [
      ['G, then S T C L I Y E', 'go to Start, Train, Compare, Landscape, Inside, Try, Lessons'],
      ['Ctrl Enter', 'in Train: start training'],
      ['Space', 'in Train: pause what runs, or go on'],
      ['S', 'one step while paused'],
      ['.', 'stop at the next step'],
      ['1 to 9', 'in Train and Compare: show or hide a run, or a row of several'],
      ['L', 'log scale of the loss'],
      ['T', 'table of the focused chart'],
      ['E', 'save the numbers of the focused chart'],
      ['← →', 'move the data cursor; in a lesson or a presentation go back and on, as Space does'],
      ['Home End', 'first or last point'],
      ['+ − 0', 'zoom the focused chart, or show everything'],
      ['Ctrl Z', 'undo a change of settings or data, or a deletion'],
      ['Ctrl ⇧ Z', 'redo what was undone'],
      ['Esc', 'close, leave the cursor or the lesson'],
      ['?', 'this sheet'],
    ] as const,
  },

  /** A part of the page that could not be fetched or drawn, said in its place. */
  part: {
    missing: 'This part of the page could not be loaded. Check the connection; everything else keeps working.',
    broken: say<[why: string]>('This part of the page failed; everything else keeps working. ({0})'),
    reload: 'Reload this part',
    reloadPage: 'Reload the page',
    noLink: 'This link could not be opened because part of the page could not be loaded. Reload the page to try again.',
  },

  copied: 'Copied',
  copyByHand: say<[text: string]>('The browser did not let the page copy{is0, select, true {: {0}} other {.}}'),
  failure: { happened: 'What happened', kept: 'What was kept', todo: 'What to do', details: 'Details to copy', copy: 'Copy' },

  device: {
    kept: 'Runs, curves and adapters of earlier visits can be read and downloaded here.',
    tryAgain: 'Try again',
    software: say<[name: string]>('Only a software renderer was found{is0, select, true { ({0})} other {}}: results are right but slow, so runs are kept short.'),
    processor: 'This page computes on the processor, since the browser gives it no graphics card: results are right but slower than on a graphics card, so runs are kept short. To use a graphics card:',
    processorFirst: 'This page computes on the processor: results are right but slower than on a graphics card, so runs are kept short.',
    /** At an address that is not secure; what follows where runs are one's own. */
    byAddress: 'This page computes on the processor: browsers give graphics cards only to pages over https or at http://localhost, and this address is neither.',
    slower: 'Results are right but slower than on a graphics card, so runs are kept short.',
    inSoftware: say<[name: string]>('{0} (software)'),
    /** What follows where a graphics card may be there. */
    acceleration: 'If this computer has a graphics card, turn on hardware acceleration in the browser.',
    takeGraphics: 'Use the graphics card',
    compute: { label: 'Compute on', auto: 'Whichever is faster', webgpu: 'Graphics card', wasm: 'Processor', 'wasm-fused': 'Processor, fused' } satisfies Record<DeviceChoice | 'label', string>,
    /** In place of the graphics card. */
    softwareChoice: 'Software renderer',
    ways: ['Processor: a run gives the same results on every machine.', 'Fused (multiply-adds): faster, but the last bits depend on the machine, so another one cannot reproduce a run exactly.'],
    secure: say<[host: string]>('Open this page over https, or on the computer that serves it as http://localhost. The address {0} is neither.'),
    problems: {
      'no-webgpu': { title: 'This browser has no WebGPU', happened: 'The browser does not offer WebGPU, and what computes on the processor could not be loaded.', todo: '' },
      'insecure-context': { title: 'This address is not secure', happened: 'Browsers offer WebGPU only over https or on localhost, and what computes on the processor could not be loaded.', todo: '' },
      'no-adapter': {
        title: 'No graphics card was found',
        happened: 'The browser has WebGPU but no graphics card for it. The driver may be too old, blocked, or acceleration may be off.',
        todo: 'Switch on hardware acceleration in the browser’s settings, update the graphics driver, then restart the browser.',
      },
      limits: {
        title: 'The graphics card allows too little',
        happened: 'Its limits are below what the model needs.',
        todo: 'Choose a smaller model, or try another browser or computer.',
      },
      lost: { title: 'The graphics card was lost', happened: 'The driver reset the device.', todo: 'Try again. If it happens often, use a smaller batch and update the driver.' },
    } satisfies Record<Exclude<DeviceReport['problem'], ''>, { title: string; happened: string; todo: string }>,
    howTo: {
      chromium: 'Update to version 113 or later, and switch on “Use graphics acceleration when available” in the settings.',
      'chromium-linux': 'Open chrome://flags, enable “Unsafe WebGPU Support” and “Vulkan”, and restart the browser.',
      android: 'Update Chrome to version 121 or later on Android 12 or later.',
      safari: 'Update to Safari 26, or in Safari 18 switch on WebGPU under Settings, Feature Flags.',
      firefox: 'Update to Firefox 141 or later on Windows or 145 on a Mac; elsewhere set dom.webgpu.enabled in about:config, or use a Chromium browser.',
      other: 'Open this page in a current Chrome, Edge, Safari or Firefox.',
    } satisfies Record<Browser, string>,
  },

  catalog: { failed: 'The studio could not be opened', kept: 'Settings and earlier runs.' },

  imports: {
    choose: { model: 'Choose a model folder', data: 'Choose a folder of pictures' },
    chooseFiles: 'Choose files of pictures',
    /** The same files were chosen once more. */
    open: say<[name: string]>('{0} is open already.'),
    reading: say<[name: string, files: number]>('Reading {0}, {1, plural, one {# file} other {# files}}.'),
    /** What was dropped where nothing asks for anything. */
    unopened: sayOfPictures<[name: string]>('{0} cannot be opened here. This page opens pictures and texts (as folders, tables or zips), models, adapters, runs and projects.'),
    cancel: 'Cancel',
    failed: say<[name: string]>('{0} could not be opened'),
    kept: { model: 'The model that was chosen before stays in place.', data: 'The data that was chosen before stays in place.' },
    misplaced: say<[name: string, kind: Misplaced['kind'], as: Misplaced['as']]>('{0} holds {1, select, runs {runs} adapter {a trained adapter} other {a model}}, not {2, select, data {pictures} other {a model}}.'),
    place: { runs: 'Add to the runs', adapter: 'Try this adapter', model: 'Use this model' } satisfies Record<Misplaced['kind'], string>,
    again: 'Choose again',
    keep: 'Keep what was chosen',
  },

  project: projectWords,
  keptImports: keptWords,

  hubKinds,
  hub: {
    advanced: 'Endpoint, revision, token',
    endpoint: 'Endpoint',
    endpointHint: 'Address of a mirror. Leave empty for huggingface.co.',
    config: 'Config',
    configHint: 'Only for data sets with several configs, such as nyu-mll/glue: for example sst2.',
    revision: 'Revision',
    revisionHint: 'Branch, tag or commit. Leave empty for main.',
    token: 'Access token',
    close: 'Close',
    cancel: 'Cancel',
    loading: say<[id: string]>('Loading {0}'),
    progress: say<[loaded: string, total: string]>('{0} of {1}'),
    rate: say<[rate: string]>('{0}/s'),
    megabytes: say<[size: string]>('{0} MB'),
    left: say<[time: string]>('{0} left'),
    asking: 'Asking for the list of files.',
    cancelledRuns: 'Cancelled. No run was added.',
    cancelled: say<[id: string]>('Cancelled. What was downloaded of {0} so far is kept, and the next try resumes from there.'),
    cached: 'Kept in this browser',
    notPromised: 'The browser has not promised to keep this: it may clear it when the disk runs short. A project file keeps everything.',
    empty: 'No imported files yet. Files you import stay available after a reload, even offline.',
    from: say<[host: string]>('from {0}'),
    dataset: 'data set',
    partial: say<[size: string]>('{0} of an unfinished download'),
    delete: 'Delete',
    deleteLabel: say<[id: string, size: string]>('Delete {0}, frees {1}'),
    deleted: say<[id: string, size: string]>('Deleted {0}, {1} freed'),
    total: say<[size: string]>('{0} together.'),
    quota: say<[usage: string, quota: string]>('This page uses {0} of the {1} that the browser gives it.'),
    memory: 'The browser does not let this page store files: what is loaded is kept in memory, and must be loaded again next time.',
  },

  storage: {
    filled: 'The browser’s storage is full. New checkpoints and adapters stay in memory and are lost when this tab closes: download what you need, or delete runs.',
    cleared: 'The browser has cleared what was kept here: runs, files of your own and downloaded models are gone. A project that is saved as a file cannot be cleared.',
    unavailable: 'The browser does not let this page store anything. Runs are lost when this tab closes: download what you need.',
  },

  interrupted: {
    lost: 'The graphics card was lost',
    title: say<[name: string]>('{0} was interrupted'),
    happened: say<[spec: string, step: number, total: number, ago: string]>('{0}, stopped at step {1}{is2, select, true { of {2}} other {}} when its page closed. It started {3}.'),
    kept: say<[step: number]>('The curve, and a checkpoint at step {0} from which it can resume exactly.'),
    noCheckpoint: 'The settings. It had not reached its first checkpoint.',
    missing: say<[name: string]>('Open {0} again to go on.'),
    resume: say<[step: number]>('Resume at step {0}'),
    restart: 'Start it again',
    discard: 'Discard',
  },

  failures: {
    who: say<[name: string, method: string]>('{0} ({1})'),
    kept: 'All settings and all other runs.',
    again: 'Try again',
    remove: 'Delete the run',
    dismiss: 'Dismiss',
    why: 'See why',
    slower: say<[lr: string]>('Try again with learning rate {0}'),
    smaller: say<[batch: number, accumulate: number]>('Use batch size {0}, gradient accumulation {1}'),
    recompute: 'Recompute activations',
    stored: say<[storage: string]>('Store frozen weights as {0}'),
    'device-lost': { short: 'device lost', title: say<[name: string]>('The graphics card was lost during {0}'), happened: 'The driver reset the device before the first checkpoint.', todo: 'Try again. If it happens often, use a smaller batch.' },
    'out-of-memory': { short: 'too little memory', title: say<[name: string]>('{0} does not fit'), happened: 'The device could not allocate what the plan needs.', todo: 'Make the run smaller; the first button acts on the largest part.' },
    'bad-input': { short: 'bad input', title: say<[name: string]>('{0} could not start'), happened: 'The model, the data or the settings do not fit together.', todo: 'Change what the message names, then try again.' },
    cancelled: { short: 'cancelled', title: say<[name: string]>('{0} was cancelled'), happened: 'It was cancelled before the first step.', todo: 'Nothing was trained; run it again when you like.' },
    diverged: { short: 'diverged', title: say<[name: string]>('{0} diverged'), happened: 'The loss stopped being a number.', todo: 'A smaller learning rate usually helps.' },
    internal: { short: 'stopped by an error', title: say<[name: string]>('{0} stopped with an error'), happened: 'The training worker ended without a word.', todo: 'Try again. If it stays, copy the details into a report.' },
  } satisfies Record<RunError['kind'], { short: string; title: (name: string) => string; happened: string; todo: string }> & Record<string, unknown>,

  tryout,
  look: lookWords,
  recorded: recordedWords,
  fair: fairWords,
  share: shareWords,
  undo: undoWords,
} as const);
