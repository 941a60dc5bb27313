import { byMedium, inMedium } from '../language/medium';
import { counted, formatNumber, plural, listOf } from '../language/format';
import type { FieldGroup } from '../train/config';
import type { DeviceChoice, DeviceReport, ExportEvent, ExportSpec, Phase, RunError } from '../train/protocol';
import type { Browser } from './panels/browser';
import type { Misplaced } from './store/catalog';
import type { RunState } from './store/runs';
import type { Theme, XAxis } from './store/settings';
import type { ViewName } from './store/shown';
import { selfTestWords } from './words/selfTest';
import { keptWords, projectWords } from './words/project';
import { runsExportWords } from './words/runsExport';
import { zeroShotWords } from './words/zeroShot';
import { tryoutWords } from './words/tryout';
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

type Parts = 'two' | 'three';

/** Every word that people read. Short sentences, no idioms; numbers arrive formatted. */
export const t = {
  landscape: landscapeWords,
  inside: insideWords,
  selfTest: selfTestWords,
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
      software: (name: string) => `This page computes with a software renderer${name ? ` (${name})` : ''}: results are right but slower than on a graphics card.`,
    },
    isSoftware: { yes: 'yes, slow', no: 'no' },
    noFeatures: 'none',
  },

  hero: {
    title: 'Fine-tune a small transformer in your browser, and see what each method buys.',
    lead: 'Compare LoRA, RandLoRA, VeRA and many more side by side, on your own pictures or texts and on your own device.',
    local: 'Nothing is uploaded.',
    inClass: 'Nothing is uploaded but settings, curves and adapters of the class’s experiments.',
    training: 'Show the training',
    ways: { own: 'Use your own pictures', texts: 'Train on texts', compare: 'See the recorded results', lessons: 'Take a lesson' },
  },

  start: {
    button: 'Fine-tune now',
    opening: 'Opening the model and the data',
    failed: 'The model or the data could not be opened',
    noDevice: 'Training is not possible on this device',
    next: (what: string) => `Next: ${what}`,
    /** In a class, whose experiments begin by themselves. */
    beside: (what: string) => `Your own, beside the class: ${what}`,
    noMethod: 'Choose at least one method',
    noneReaches: 'None of the chosen methods can run at this budget',
    caption: (methods: number, steps: number, pictures: number, time: string, data: string) => `${counted(methods, 'method', 'methods')} on ${data}, ${formatNumber(steps)} steps of ${counted(pictures, inMedium`picture`, inMedium`pictures`)}${time ? `, about ${time} on this device` : ''}`,
    /** All of them are there with these settings: the next seed. */
    again: (seed: number) => `Fine-tune again, seed ${formatNumber(seed)}`,
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
    ended: (name: string, state: string, step: string, result: string) => `${name}: ${state}${step ? ` at step ${step}` : ''}${result ? `, ${result}` : ''}.`,
    result: (percent: string, count: string) => byMedium({ pictures: `${percent} % of ${count} test pictures right`, texts: `${percent} % of ${count} test texts right`, next: `${percent} % of the tokens of ${count} test texts right`, words: `${percent} % of the words of ${count} test texts right`, numbers: `Pearson correlation ${percent} % on ${count} test texts` }),
    get unmeasured() { return inMedium`not evaluated on the test pictures`; },
    startKey: 'Ctrl Enter',
    spaceKey: 'Space',
    endNow: 'End it now',
    /** `after`: what follows the last step, in place of the time. */
    brief: (rate: string, left: string, after: string) => inMedium`${rate} pictures/s, ${after ? after : `${left} left`}`,
    after: { evaluate: 'evaluating', save: 'saving' },
    waiting: (count: number, left: string) => `${counted(count, 'run', 'runs')} waiting${left ? `, ${left}` : ''}`,
    elsewhere: (count: number) => `Another tab is training. ${counted(count, 'run starts', 'runs start')} here when it has finished.`,
    units: { files: 'files', kernels: 'kernels', get images() { return inMedium`pictures`; }, layers: 'layers' },
    ready: 'Ready to train',
    compare: 'Compare',
    /** All that are kept: tables are of one data set. */
    finished: (count: number, stopped: number, failed: number, sets: number) => `${counted(count, 'run', 'runs')} finished${stopped === 0 ? '' : `, ${formatNumber(stopped)} stopped`}${failed === 0 ? '' : `, ${formatNumber(failed)} failed`}${plural(sets, '', `, on ${formatNumber(sets)} data sets`)}`,
    stoppedRuns: (count: number) => `${counted(count, 'run', 'runs')} stopped`,
    continueRun: (name: string) => `Continue ${name}`,
    failedRuns: (count: number) => `${counted(count, 'run', 'runs')} failed`,
    stoppedAt: (name: string, step: number) => `${name} stopped${step === 0 ? '' : ` at step ${formatNumber(step)}`}`,
    goOn: (count: number) => `Continue with ${counted(count, 'run', 'runs')}`,
    clear: 'Clear the queue',
  },

  data: {
    title: 'Data',
    opening: 'Opening the data.',
    choose: 'Data set',
    own: 'Choose folder',
    files: 'Choose files',
    get hint() { return byMedium({ pictures: 'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.', texts: 'Your own: a table (CSV, TSV, JSONL, Parquet) with columns of texts and classes, or of prompts and answers; or lines of a .txt file to continue. One file, or one for each split. Or drop it here.' }); },
    about: (title: string, builtin: boolean, classes: number, pictures: number) => byMedium({ pictures: `${title}${builtin ? ', bundled' : ''}. ${counted(classes, 'class', 'classes')}, ${formatNumber(pictures)} pictures.`, texts: `${title}${builtin ? ', bundled' : ''}. ${counted(classes, 'class', 'classes')}, ${formatNumber(pictures)} texts.`, next: `${title}${builtin ? ', bundled' : ''}. ${formatNumber(pictures)} texts that the model learns to continue.`, words: `${title}${builtin ? ', bundled' : ''}. ${formatNumber(pictures)} texts, whose words are of ${counted(classes, 'class', 'classes')}.`, numbers: `${title}${builtin ? ', bundled' : ''}. ${formatNumber(pictures)} texts with a number each.` }),
    licence: (licence: string) => `Licence: ${licence}.`,
    counts: (train: number, test: number, draws: boolean) => `${formatNumber(train)} to train${draws ? ' and validate' : ''}, ${formatNumber(test)} to test`,
    such: 'Examples; each answer stands under its prompt.',
    all: (count: number) => `Show all ${formatNumber(count)} classes`,
    fewer: 'Show fewer classes',
  },

  goingOn: goingOnWords,
  lengths: lengthWords,
  medium: { title: 'What to train on', kinds: { ofImages: 'Pictures', ofTexts: 'Texts' } },

  camera: cameraWords,
  files: filesWords,
  split: splitWords,
  pictures: picturesWords,

  health: {
    get check() { return inMedium`Check all pictures`; },
    checking: (done: string, total: string) => inMedium`Checking pictures, ${done} of ${total}.`,
    cancel: 'Cancel',
    get cancelled() { return inMedium`Not all pictures were checked.`; },
    good: (count: string) => inMedium`All ${count} pictures can be read, without duplicates.`,
    unreadable: (count: number) => `${counted(count, inMedium`picture`, inMedium`pictures`)} cannot be read and ${plural(count, 'is', 'are')} left out`,
    /** `parts`: those that the set has; with three, the two may be any of them. */
    leaks: (count: number, parts: Parts) => `${counted(count, inMedium`picture`, inMedium`pictures`)} in ${parts === 'three' ? 'more than one of training, validation and test: accuracy' : 'both training and test: test accuracy'} will look too high`,
    nearLeaks: (count: number, parts: Parts) => byMedium({ pictures: `${counted(count, 'picture', 'pictures')} nearly the same in ${parts === 'three' ? 'two of training, validation and test: accuracy' : 'training and test: test accuracy'} will look too high`, texts: `${counted(count, 'pair', 'pairs')} in ${parts === 'three' ? 'two of training, validation and test' : 'training and test'} ${plural(count, 'differs', 'differ')} in capitals, signs or blanks alone: accuracy will look too high` }),
    duplicates: (count: number) => `${counted(count, 'duplicate: it counts', 'duplicates: they count')} twice`,
    /** The same with pairs among them whose labels differ. */
    tornLeaks: (count: number, torn: number, parts: Parts) => `${plural(count, inMedium`${formatNumber(count)} picture, with`, inMedium`${formatNumber(count)} pictures, ${formatNumber(torn)} with`)} labels that contradict each other, in ${parts === 'three' ? 'more than one of training, validation and test' : 'both training and test'}: one of the labels is wrong, and test accuracy cannot be trusted`,
    tornDuplicates: (count: number, torn: number) => `${plural(count, `${formatNumber(count)} duplicate, with`, `${formatNumber(count)} duplicates, ${formatNumber(torn)} with`)} labels that contradict each other: one of the labels is wrong`,
    near: (count: number) => byMedium({ pictures: `${counted(count, 'pair', 'pairs')} of near-duplicates: the second adds little`, texts: `${counted(count, 'pair differs', 'pairs differ')} in capitals, signs or blanks alone: the second adds little` }),
    pair: (a: string, b: string) => `${a} and ${b}`,
    begins: (a: string, b: string) => `: “${a}”${b ? ` and “${b}”` : ''}`,
    torn: (a: string, b: string) => `, labelled ${a} and ${b}`,
    more: (count: number) => `and ${formatNumber(count)} more`,
  },

  edits: {
    use: (name: string) => `Use ${name}`,
    title: (count: number) => `${counted(count, 'change', 'changes')} to this data`,
    brief: (count: number) => count ? `${counted(count, 'change', 'changes')} to the data` : 'data unchanged',
    classOut: (name: string) => `Class ${name} is left out`,
    classIn: (name: string) => `Class ${name} is used again`,
    fewest: 'At least two classes are needed, so neither can be left out.',
    pictureIn: (name: string) => `${name} is used again`,
    pictureOut: (name: string) => `${name} is left out`,
    pictureAs: (name: string, label: string) => `${name} is now labelled “${label}”`,
    undo: 'Undo',
    undoOf: (what: string) => `Undo: ${what}`,
    failed: (why: string) => `Not changed. ${why}`,
    more: (count: number) => `and ${formatNumber(count)} more`,
    all: 'Undo all',
    allUndone: 'All changes to this data are undone',
  },

  cell: {
    right: (truth: string, said: string) => `${truth}, taken for ${said}`,
    wrong: (truth: string, said: string) => `${truth} taken for ${said}`,
    all: (all: number) => `${counted(all, inMedium`picture`, inMedium`pictures`)}.`,
    first: (shown: number, all: number) => `The first ${formatNumber(shown)} of ${counted(all, inMedium`picture`, inMedium`pictures`)}.`,
    hint: 'Is a label wrong? Choose the right one. It takes effect from the next run on.',
    get keys() { return inMedium`Choose a cell to see its pictures; arrow keys move between cells.`; },
    close: 'Close',
  },

  model: {
    title: 'Model & methods',
    choose: 'Model',
    own: 'Use another model',
    about: (title: string, builtin: boolean, parameters: string, size: number, texts: boolean) => byMedium({ pictures: `${title}${builtin ? ', bundled' : ''}. ${parameters} weights${texts ? ' in its vision tower' : ''}, pictures of ${formatNumber(size)} × ${formatNumber(size)}.`, texts: `${title}${builtin ? ', bundled' : ''}. ${parameters} weights, texts of up to ${formatNumber(size)} tokens.` }),
    targets: 'Adapted layers',
    get targetsUsual() { return byMedium({ pictures: 'Query, key, value and MLP', texts: 'As the model has it' }); },
    targetsAll: 'All linear layers',
    targetsOwn: 'My own list …',
    targetsList: 'Names of layers',
    targetsHint: 'Endings of layer names, separated by commas; a regular expression; or all-linear.',
  },

  zeroShot: zeroShotWords,

  methods: methodWords,
  rates: rateWords,

  budget: budgetWords,

  advanced: { title: 'Advanced', groups: { length: 'Length', optimisation: 'Optimisation', data: 'Data', memory: 'Memory', logging: 'Logging' } satisfies Record<FieldGroup, string>, changed: (count: number) => `${formatNumber(count)} changed` },

  fields: {
    changed: (standard: string) => `Changed from ${standard}.`,
    explain: 'What is that?',
    reset: 'Reset',
    resetOf: (label: string) => `Reset ${label}`,
    refused: (text: string, why: string) => `“${text}” was not taken. ${why}`,
    wrong: { number: 'This is not a number.', whole: 'Only whole numbers.', least: (min: string) => `At least ${min}.`, most: (max: string) => `At most ${max}.`, range: (min: string, max: string) => `Between ${min} and ${max}.` },
  },

  memory: {
    title: 'Memory of the run',
    plannedTitle: 'Predicted memory',
    unit: 'MiB',
    needs: (method: string, mib: string) => `${method} needs ${mib} mebibytes`,
    mib: (mib: string) => `${mib}\u00a0MiB`,
    role: 'role, MiB',
    predicted: 'predicted',
    allocated: 'allocated',
    notYet: 'not yet',
    total: 'total',
    bytes: (count: string) => `${count} bytes`,
    divided: (batch: number, parts: number, each: number) => inMedium`${formatNumber(batch)} pictures at a time do not fit; they are computed in ${formatNumber(parts)} micro-batches of ${formatNumber(each)}, with the same result.`,
    legend: 'Grey: frozen weights, activations, the batch. A method’s colour: what learns, with its gradients and moments, and what the method brings.',
    trainable: (count: string) => `${count} trainable parameters with the head`,
    equal: (allocated: string, predicted: string) => `Equal to the byte: ${allocated} of ${predicted}`,
    unequal: (allocated: string, predicted: string) => `Allocated ${allocated} bytes, predicted ${predicted}. Please report this.`,
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

  stats: { get rate() { return inMedium`pictures per second`; }, left: 'this run, left', step: 'step', loss: 'loss', smoothed: 'loss, smoothed' },

  compare: {
    title: 'Curves',
    axis: 'axis',
    axisLabel: 'Horizontal axis',
    axes: { step: 'Step', get images() { return inMedium`Pictures`; }, time: 'Time' } satisfies Record<XAxis, string>,
    axisNames: { step: 'step', get images() { return inMedium`pictures`; }, time: 'training time' } satisfies Record<XAxis, string>,
    axisHeads: { step: 'step', get images() { return inMedium`pictures`; }, time: 'training time, s' } satisfies Record<XAxis, string>,
    at: { step: (value: string) => `step ${value}`, images: (value: string) => `${value} ${value === '1' ? inMedium`picture` : inMedium`pictures`}`, time: (value: string) => `after ${value}` } satisfies Record<XAxis, (value: string) => string>,
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
      val: { get title() { return byMedium({ pictures: 'Validation accuracy', numbers: 'Validation correlation' }); }, get unit() { return byMedium({ pictures: 'validation accuracy, %', next: 'tokens right in validation texts, %', words: 'words right in validation texts, %', numbers: 'validation correlation (Pearson), %' }); }, get empty() { return inMedium`One point for each evaluation on pictures that were held back from training.`; } },
      test: { get title() { return byMedium({ pictures: 'Test accuracy', numbers: 'Test correlation' }); }, get unit() { return byMedium({ pictures: 'test accuracy, %', next: 'tokens right in test texts, %', words: 'words right in test texts, %', numbers: 'test correlation (Pearson), %' }); }, get empty() { return inMedium`One point for each evaluation on the test pictures.`; } },
      mixed: { get title() { return byMedium({ pictures: 'Validation or test accuracy', numbers: 'Validation or test correlation' }); }, get unit() { return byMedium({ pictures: 'accuracy, %', numbers: 'correlation (Pearson), %' }); }, empty: '' },
    },
    none: 'No runs yet.',
    lossSummary: (ends: string) => `Last values: ${ends}.`,
    accuracySummary: (ends: string) => `Last values in percent: ${ends}.`,
    seed: (seed: number) => `seed ${formatNumber(seed)}`,
    meanOf: (runs: number) => `mean of ${counted(runs, 'run', 'runs')}`,
    seeds: 'single seeds',
    of: { loss: 'Loss', get accuracy() { return byMedium({ pictures: 'Accuracy', numbers: 'Correlation' }); } },
    ofLabel: 'What the curves show',
    bands: 'Lines are means over seeds, bands their 95 % intervals.',
    means: 'Lines are means over seeds.',
    few: 'A 95 % band needs three seeds.',
    thin: (run: string) => `The thin line beside its mean is ${run}, the chosen run.`,
    thinSeeds: 'Thin lines beside a mean are its seeds.',
    smoothLoss: 'The loss is smoothed over the steps before.',
    pale: 'Recorded runs are paler and thinner.',
    cut: 'Intervals that go beyond the axis are cut off there.',
    smoothing: 'smoothing',
    unlike: 'Not all of these were timed under the same conditions (another device, recorded, or steps of uneven length): compare steps instead.',
    smoothed: 'Thick lines are smoothed over all steps, so that zoom does not change them; thin ones are each step.',
    more: 'Plots',
    plots: { loss: 'Loss', get accuracy() { return byMedium({ pictures: 'Accuracy', numbers: 'Correlation' }); }, batch: 'Batch accuracy', grad_norm: 'Gradient norm', lr: 'Learning rate', ms: 'Time of a step' },
    columns: { batch: 'Accuracy of the batch, %', grad_norm: 'Gradient norm', lr: 'Learning rate', ms: 'Time of a step, ms' },
    columnEmpty: 'One line for each run, drawn from the first step.',
  },

  chart: {
    stops: 'Arrow keys go through what is drawn, Home and End go to the ends, T opens the table, E saves the numbers.',
    beyond: 'An interval with an arrowhead goes on beyond the axis.',
    role: 'chart',
    keys: 'Left and right arrow move a cursor through the data, Home and End go to the ends, plus and minus zoom, square brackets move along, 0 shows everything, T opens the table, E saves the numbers.',
    reset: 'Show everything',
    zoomed: (from: string, to: string) => `Shown from ${from} to ${to}.`,
    unzoomed: 'Everything is shown.',
    kinds: { svg: 'SVG', png: 'PNG', csv: 'CSV', json: 'JSON' },
    notSaved: (why: string) => `Not saved. ${why}`,
    table: 'Table',
    interval: '95 % interval, ±',
    setting: 'setting',
    moreLines: (count: number) => `+ ${formatNumber(count)} more`,
    export: 'Export',
    of: (title: string) => `of ${title}`,
    tableOf: (title: string) => `Table of ${title}`,
    unsmoothed: 'Values of each step, before smoothing.',
    page: (page: number, pages: number) => `page ${formatNumber(page)} of ${formatNumber(pages)}`,
    earlier: 'Previous',
    later: 'Next',
  },

  runs: {
    title: 'Runs',
    table: 'Table of runs',
    empty: 'Every run is kept here with its curves, test accuracy and adapter.',
    reading: 'Reading earlier runs.',
    shown: 'line',
    showLine: (name: string) => `Show the line of ${name}`,
    key: (number: number) => `Key ${formatNumber(number)}`,
    nowShown: (name: string, shown: boolean) => `${shown ? 'Shown' : 'Hidden'}: ${name}`,
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
    earlyAt: (step: string) => `early, step ${step}`,
    atChance: 'at chance',
    atChanceHint: 'No better than always naming the most frequent class',
    cancel: 'Cancel',
    resume: 'Continue',
    export: 'Export',
    again: 'Run again',
    delete: 'Delete',
    deleted: (name: string) => `Deleted ${name}`,
    cleared: (count: number) => `Took ${counted(count, 'run', 'runs')} out of the queue`,
    noAdapter: (name: string) => `No adapter was kept of ${name}`,
  },

  runsExport: runsExportWords,

  export: {
    title: (name: string) => `Export ${name}`,
    legend: 'Format',
    start: 'Export',
    cancel: 'Cancel',
    anyway: 'Save the file anyway',
    /** Why there is no other form. */
    alone: (why: string) => `It can only be exported as an adapter: ${why}.`,
    formats: {
      peft: { title: 'PEFT adapter', get use() { return byMedium({ pictures: 'Small files that PEFT loads onto the same base model, with pictures and a script to check the result.', texts: 'Small files that PEFT loads onto the same base model, with the code that loads them.' }); } },
      folder: { title: 'Merged Hugging Face folder', use: 'A whole model that transformers loads without PEFT.' },
      onnx: { title: 'ONNX', get use() { return byMedium({ pictures: 'One file for ONNX Runtime on servers, phones and web pages. It is run here and compared on test pictures.', texts: 'For ONNX Runtime and transformers.js, with the tokenizer. It is run here and compared on test texts.' }); } },
      gguf: { title: 'GGUF', use: 'One file with the whole model and its tokenizer, for llama.cpp, wllama and programs built on them.' },
      python: { title: 'Python project', get use() { return inMedium`The whole experiment for PyTorch, transformers and PEFT: a training script, settings, seed, split, order of pictures and the trained weights.`; } },
    } satisfies Record<Exclude<ExportSpec['format'], 'equivalent'>, { title: string; use: string }>,
    /** An adapter of a method that PEFT does not have. */
    unknown: { title: (method: string) => `${method} adapter`, use: 'The smallest files. Only Fullrank reads them.' },
    equivalent: { title: (as: string) => `As ${as}, for PEFT`, use: (method: string, as: string) => `PEFT does not have ${method}. The same update is written as a plain ${as}, which is larger.`, also: (as: string) => `The same update as a plain ${as}, for tools that read nothing else.` },
    base: (title: string) => `Its base model, ${title}, is not on any hub. Put these files in one folder:`,
    names: 'Version of transformers that will read it. Newer ones have other names for the layers',
    transformers: { 4: (renamed: string) => `transformers before ${renamed}`, 5: (renamed: string) => `transformers ${renamed} or newer` },
    dtype: 'Weights of the ONNX file',
    dtypes: { f32: 'f32', f16: 'f16, half the size' },
    ggufDtype: 'Weights of the GGUF file',
    ggufDtypes: { f16: 'f16', q8_0: '8 bits, about half the size' },
    stages: {
      open: () => 'Opening the model, the data and the adapter.',
      images: () => inMedium`Reading test pictures for the check.`,
      make: (format: ExportSpec['format']) => (format === 'onnx' ? 'Writing the ONNX file and running it in onnxruntime-web.' : 'Making the files.'),
      zip: (_format: ExportSpec['format'], mib: string) => mib ? `Packing, ${mib}\u00a0MiB so far.` : 'Packing.',
      send: (_format: ExportSpec['format'], mib: string) => mib ? `Sending, ${mib}\u00a0MiB so far.` : 'Sending.',
    } satisfies Record<ExportEvent['stage'], (format: ExportSpec['format'], mib: string) => string>,
    ending: 'Cancelling; it ends after this stage.',
    training: 'You can export once training has ended.',
    saved: (name: string) => `Saved ${name}`,
    notSaved: 'The file was not saved.',
    right: 'Check passed.',
    wrong: 'Check failed.',
    agree: (same: number, images: number) => `${formatNumber(same)} of ${counted(images, inMedium`picture`, inMedium`pictures`)} agree.`,
    lastCheck: (dtype: string, ago: string) => `Last export, ${dtype}, checked ${ago}.`,
  },

  reading: readingWords,
  push: pushWords,

  results: {
    accuracy: (percent: string, count: string, pictures: string, step: string, loss: string, right: string) => byMedium({ pictures: `${right} of ${count} ${pictures} right (${percent} %) with the weights of step ${step} (loss ${loss}).`, next: `${percent} % of the tokens of ${count} ${pictures} right with the weights of step ${step} (loss ${loss}).`, words: `${percent} % of the words of ${count} ${pictures} right with the weights of step ${step} (loss ${loss}).`, numbers: `Pearson correlation of ${percent} % on ${count} ${pictures} with the weights of step ${step} (loss ${loss}).` }),
    /** Why these weights, where they are not the last. */
    best: (last: string) => inMedium`They did best on the validation pictures; training went on to step ${last}.`,
    /** `percent` of who always names the most frequent class. */
    atChance: (percent: string, rate: 'found' | 'given') => `At chance: always naming the most frequent class is right ${percent} % of the time. ${rate === 'found' ? 'Train longer, or give this method more parameters.' : 'Its learning rate may be too high or too low for these settings.'}`,
    findRate: 'Find its learning rate and train again',
    balanced: (percent: string) => ` ${percent} %, `,
    f1: (percent: string) => ` ${percent} %.`,
    spearman: (percent: string) => `Spearman correlation ${percent} %: the same for ranks, so only the order counts.`,
    matthews: (percent: string) => `Matthews correlation ${percent} %: 0 is guessing, 100 all right, whatever the sizes of the classes.`,
    perplexity: (value: string) => `Perplexity ${value}: e to the power of the loss, as if so many tokens were equally likely each time.`,
    choices: (percent: string, byLetter: string) => `${percent} % of the likeliest choices are right; ${byLetter} % when likelihoods are normalised by length in characters, which does not favour short ones.`,
    balancedWord: 'Balanced accuracy',
    f1Word: 'macro-F1',
    get which() { return inMedium`Which pictures`; },
    splits: { val: 'Validation', test: 'Test' },
    on: { get val() { return inMedium`validation pictures`; }, get test() { return inMedium`test pictures`; }, get train() { return inMedium`training pictures`; } },
    perClass: 'Accuracy of each class, %',
    confusion: 'Confusion',
    /** Right pictures of a class, and the 95 % interval. */
    ofClass: (name: string, right: string, count: string, low: string, high: string) => `${name}: ${right} of ${count} right, 95 % interval ${low} to ${high} %`,
    of: (count: string) => `% of ${count}`,
    get intervals() { return byMedium({ pictures: 'Thin lines are 95 % intervals over the pictures of each class.', texts: 'Thin lines are 95 % intervals over the texts of each class.', words: 'Thin lines are 95 % intervals over the words of each class.' }); },
    few: (least: string) => byMedium({ pictures: `With as few as ${least} pictures they are wide: differences of classes may be chance.`, texts: `With as few as ${least} texts they are wide: differences of classes may be chance.`, words: `With as few as ${least} words they are wide: differences of classes may be chance.` }),
    get confusionHint() { return byMedium({ pictures: 'Rows are true classes, columns are predicted classes, numbers are pictures. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.', texts: 'Rows are true classes, columns are predicted classes, numbers are texts. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.', words: 'Rows are true classes, columns are predicted classes, numbers are words. A cell is shaded by its share of the row: 1 of 1 is shaded like 5 of 5.' }); },
    get pictures() { return inMedium`pictures`; },
    trueClass: 'true class',
    cell: (truth: string, said: string, count: number) => `${truth} taken for ${said}: ${formatNumber(count)}`,
    pair: (truth: string, said: string, count: number) => byMedium({ pictures: `Most often ${truth} is taken for ${said}, ${counted(count, 'picture', 'pictures')}.`, texts: `Most often ${truth} is taken for ${said}, ${counted(count, 'text', 'texts')}.`, words: `Most often ${truth} is taken for ${said}, ${counted(count, 'word', 'words')}.` }),
    /** `pairs` as `taken` and `others` say them. */
    ties: (pairs: string[], count: number) => byMedium({ pictures: `Most often, ${counted(count, 'picture', 'pictures')} each, ${listOf(pairs)}.`, texts: `Most often, ${counted(count, 'text', 'texts')} each, ${listOf(pairs)}.`, words: `Most often, ${counted(count, 'word', 'words')} each, ${listOf(pairs)}.` }),
    taken: (truth: string, said: string) => `${truth} is taken for ${said}`,
    others: (pairs: number) => counted(pairs, 'other pair', 'other pairs'),
    empty: 'Accuracy, each class and the confusion matrix appear with the first evaluation.',
    stopped: (step: string) => inMedium`This run was stopped and has not been evaluated on the test pictures. Its weights of step ${step} are kept.`,
    evaluate: 'Evaluate it now',
    evaluating: (done: string, total: string) => `Evaluating, ${done} of ${total} ${total === '1' ? inMedium`picture` : inMedium`pictures`}.`,
    notEvaluated: (why: string) => `It was not evaluated. ${why}`,
    none: 'This run has ended before its first evaluation.',
    download: (what: 'adapter' | 'weights', mib: string) => `Download the ${what === 'adapter' ? 'adapter' : 'weights'}, ${mib}\u00a0MiB`,
    summary: (time: string, rate: string, skipped: number, device: string) => inMedium`${time} of training at ${rate} pictures per second${device ? ` on ${device}` : ''}${skipped ? `; ${counted(skipped, 'step', 'steps')} skipped because a gradient was not finite` : ''}.`,
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
    broken: (why: string) => `This part of the page failed; everything else keeps working. (${why})`,
    reload: 'Reload this part',
    reloadPage: 'Reload the page',
    noLink: 'This link could not be opened because part of the page could not be loaded. Reload the page to try again.',
  },

  copied: 'Copied',
  copyByHand: (text: string) => `The browser did not let the page copy${text ? `: ${text}` : '.'}`,
  failure: { happened: 'What happened', kept: 'What was kept', todo: 'What to do', details: 'Details to copy', copy: 'Copy' },

  device: {
    kept: 'Runs, curves and adapters of earlier visits can be read and downloaded here.',
    tryAgain: 'Try again',
    software: (name: string) => `Only a software renderer was found${name ? ` (${name})` : ''}: results are right but slow, so runs are kept short.`,
    processor: 'This page computes on the processor, since the browser gives it no graphics card: results are right but slower than on a graphics card, so runs are kept short. To use a graphics card:',
    processorFirst: 'This page computes on the processor: results are right but slower than on a graphics card, so runs are kept short.',
    /** At an address that is not secure; what follows where runs are one's own. */
    byAddress: 'This page computes on the processor: browsers give graphics cards only to pages over https or at http://localhost, and this address is neither.',
    slower: 'Results are right but slower than on a graphics card, so runs are kept short.',
    inSoftware: (name: string) => `${name} (software)`,
    /** What follows where a graphics card may be there. */
    acceleration: 'If this computer has a graphics card, turn on hardware acceleration in the browser.',
    takeGraphics: 'Use the graphics card',
    compute: { label: 'Compute on', auto: 'Whichever is faster', webgpu: 'Graphics card', wasm: 'Processor', 'wasm-fused': 'Processor, fused' } satisfies Record<DeviceChoice | 'label', string>,
    /** In place of the graphics card. */
    softwareChoice: 'Software renderer',
    ways: ['Processor: a run gives the same results on every machine.', 'Fused (multiply-adds): faster, but the last bits depend on the machine, so another one cannot reproduce a run exactly.'],
    secure: (host: string) => `Open this page over https, or on the computer that serves it as http://localhost. The address ${host} is neither.`,
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
    choose: { model: 'Choose a model folder', get data() { return byMedium({ pictures: 'Choose a folder of pictures', texts: 'Choose a folder of tables' }); } },
    get chooseFiles() { return byMedium({ pictures: 'Choose files of pictures', texts: 'Choose tables of texts' }); },
    /** The same files were chosen once more. */
    open: (name: string) => `${name} is open already.`,
    reading: (name: string, files: number) => `Reading ${name}, ${counted(files, 'file', 'files')}.`,
    /** What was dropped where nothing asks for anything. */
    unopened: (name: string) => `${name} cannot be opened here. This page opens pictures and texts (as folders, tables or zips), models, adapters, runs and projects.`,
    cancel: 'Cancel',
    failed: (name: string) => `${name} could not be opened`,
    kept: { model: 'The model that was chosen before stays in place.', data: 'The data that was chosen before stays in place.' },
    misplaced: (name: string, kind: Misplaced['kind'], as: Misplaced['as']) => `${name} holds ${kind === 'runs' ? 'runs' : kind === 'adapter' ? 'a trained adapter' : 'a model'}, not ${as === 'data' ? inMedium`pictures` : 'a model'}.`,
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
    loading: (id: string) => `Loading ${id}`,
    progress: (loaded: string, total: string) => `${loaded} of ${total}`,
    rate: (rate: string) => `${rate}/s`,
    megabytes: (size: string) => `${size} MB`,
    left: (time: string) => `${time} left`,
    asking: 'Asking for the list of files.',
    cancelledRuns: 'Cancelled. No run was added.',
    cancelled: (id: string) => `Cancelled. What was downloaded of ${id} so far is kept, and the next try resumes from there.`,
    cached: 'Kept in this browser',
    notPromised: 'The browser has not promised to keep this: it may clear it when the disk runs short. A project file keeps everything.',
    empty: 'No imported files yet. Files you import stay available after a reload, even offline.',
    from: (host: string) => `from ${host}`,
    dataset: 'data set',
    partial: (size: string) => `${size} of an unfinished download`,
    delete: 'Delete',
    deleteLabel: (id: string, size: string) => `Delete ${id}, frees ${size}`,
    deleted: (id: string, size: string) => `Deleted ${id}, ${size} freed`,
    total: (size: string) => `${size} together.`,
    quota: (usage: string, quota: string) => `This page uses ${usage} of the ${quota} that the browser gives it.`,
    memory: 'The browser does not let this page store files: what is loaded is kept in memory, and must be loaded again next time.',
  },

  storage: {
    filled: 'The browser’s storage is full. New checkpoints and adapters stay in memory and are lost when this tab closes: download what you need, or delete runs.',
    cleared: 'The browser has cleared what was kept here: runs, files of your own and downloaded models are gone. A project that is saved as a file cannot be cleared.',
    unavailable: 'The browser does not let this page store anything. Runs are lost when this tab closes: download what you need.',
  },

  interrupted: {
    lost: 'The graphics card was lost',
    title: (name: string) => `${name} was interrupted`,
    happened: (spec: string, step: number, total: number, ago: string) => `${spec}, stopped at step ${formatNumber(step)}${total ? ` of ${formatNumber(total)}` : ''} when its page closed. It started ${ago}.`,
    kept: (step: number) => `The curve, and a checkpoint at step ${formatNumber(step)} from which it can resume exactly.`,
    noCheckpoint: 'The settings. It had not reached its first checkpoint.',
    missing: (name: string) => `Open ${name} again to go on.`,
    resume: (step: number) => `Resume at step ${formatNumber(step)}`,
    restart: 'Start it again',
    discard: 'Discard',
  },

  failures: {
    who: (name: string, method: string) => `${name} (${method})`,
    kept: 'All settings and all other runs.',
    again: 'Try again',
    remove: 'Delete the run',
    dismiss: 'Dismiss',
    why: 'See why',
    slower: (lr: string) => `Try again with learning rate ${lr}`,
    smaller: (batch: number, accumulate: number) => `Use batch size ${formatNumber(batch)}, gradient accumulation ${formatNumber(accumulate)}`,
    recompute: 'Recompute activations',
    stored: (storage: string) => `Store frozen weights as ${storage}`,
    'device-lost': { short: 'device lost', title: (name: string) => `The graphics card was lost during ${name}`, happened: 'The driver reset the device before the first checkpoint.', todo: 'Try again. If it happens often, use a smaller batch.' },
    'out-of-memory': { short: 'too little memory', title: (name: string) => `${name} does not fit`, happened: 'The device could not allocate what the plan needs.', todo: 'Make the run smaller; the first button acts on the largest part.' },
    'bad-input': { short: 'bad input', title: (name: string) => `${name} could not start`, happened: 'The model, the data or the settings do not fit together.', todo: 'Change what the message names, then try again.' },
    cancelled: { short: 'cancelled', title: (name: string) => `${name} was cancelled`, happened: 'It was cancelled before the first step.', todo: 'Nothing was trained; run it again when you like.' },
    diverged: { short: 'diverged', title: (name: string) => `${name} diverged`, happened: 'The loss stopped being a number.', todo: 'A smaller learning rate usually helps.' },
    internal: { short: 'stopped by an error', title: (name: string) => `${name} stopped with an error`, happened: 'The training worker ended without a word.', todo: 'Try again. If it stays, copy the details into a report.' },
  } satisfies Record<RunError['kind'], { short: string; title: (name: string) => string; happened: string; todo: string }> & Record<string, unknown>,

  tryout: tryoutWords,
  look: lookWords,
  recorded: recordedWords,
  fair: fairWords,
  share: shareWords,
  undo: undoWords,
} as const;
