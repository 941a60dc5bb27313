import type { FieldGroup } from '../train/config';
import type { DeviceReport, ExportEvent, ExportSpec, Phase, Role, RunError } from '../train/protocol';
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
import { hubKinds } from './words/hub';
import { picturesWords } from './words/pictures';
import { splitWords } from './words/split';
import { budgetWords, methodWords } from './words/budget';
import { shareWords, undoWords } from './words/share';
import { rankingText, recordedWords } from './words/recorded';
import { queueWords, sweepWords } from './words/queue';
import { boardWords } from './words/board';
import { compareWords } from './words/compare';
import { listOf, plural } from './words/grammar';
import { factWords, filterWords, tableWords } from './words/table';

/** Every word that people read. Short sentences, no idioms; numbers arrive formatted. */
export const t = {
  landscape: landscapeWords,
  inside: insideWords,
  selfTest,
  name: 'Fullrank',
  skip: 'Skip to content',
  footer: { licence: 'Fullrank, MIT licence', local: 'Your pictures never leave this computer.' },

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
    none: 'No WebGPU device',
    report: (device: DeviceReport): Record<string, string> => ({
      vendor: device.vendor || '–',
      architecture: device.architecture || '–',
      description: device.description || '–',
      'software adapter': device.software ? 'yes, slow' : 'no',
      features: device.features.join(', ') || 'none',
    }),
  },

  hero: {
    title: 'Fine-tune a vision transformer in this page, and see what each method buys.',
    lead: 'LoRA, RandLoRA, VeRA and four more, at one budget, on your pictures and your graphics card. Nothing is uploaded.',
    ways: { own: 'Use your own pictures', compare: 'See the recorded results', lessons: 'Take a lesson' },
  },

  start: {
    button: 'Fine-tune now',
    opening: 'Opening the model and the data',
    failed: 'The model or the data could not be opened',
    noDevice: 'Training needs a WebGPU device',
    noMethod: 'Choose at least one method',
    noneReaches: 'None of the chosen methods can run at this budget',
    caption: (methods: number, steps: number, pictures: number, time: string): string =>
      `${plural(methods, 'method')}, ${steps} steps of ${plural(pictures, 'picture')}${time ? `, about ${time} on this GPU` : ''}`,
  },

  phases: {
    fetch: 'fetch',
    verify: 'verify',
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
    starting: 'starting',
    /** How a run has ended, read aloud. */
    ended: (name: string, state: string, step: string, result: string): string => `${name}: ${state}${step ? ` at step ${step}` : ''}${result ? `, ${result}` : ''}.`,
    result: (percent: string, count: string): string => `${percent} % of ${count} test pictures right`,
    unmeasured: 'not evaluated on the test pictures',
    spaceKey: 'Space',
    endNow: 'End it now',
    brief: (rate: string, left: string): string => `${rate} images/s, ${left} left`,
    waiting: (count: number): string => `${plural(count, 'run')} waiting`,
    ready: 'Ready to train',
    compare: 'Compare',
    finished: (count: number): string => `${plural(count, 'run')} finished`,
    goOn: (count: number): string => `Continue with ${plural(count, 'run')}`,
    clear: 'Clear the queue',
  },

  data: {
    title: 'Data',
    opening: 'Opening the data.',
    choose: 'Data set',
    own: 'Choose folder',
    files: 'Choose files',
    hint: 'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.',
    about: (title: string, builtin: boolean, classes: number, pictures: number): string =>
      `${title}${builtin ? ', bundled' : ''}. ${plural(classes, 'class', 'classes')}, ${pictures.toLocaleString('en')} pictures.`,
    licence: (licence: string): string => `Licence: ${licence}.`,
    counts: (train: number, test: number): string => `${train} to train, ${test} to test`,
    all: (count: number): string => `Show all ${count} classes`,
    fewer: 'Show fewer classes',
  },

  camera: cameraWords,
  files: filesWords,
  split: splitWords,
  pictures: picturesWords,

  health: {
    check: 'Check all pictures',
    checking: (done: string, total: string): string => `Checking pictures, ${done} of ${total}.`,
    cancel: 'Cancel',
    cancelled: 'Not all pictures were checked.',
    good: (count: string): string => `All ${count} pictures can be read, without duplicates.`,
    unreadable: (count: number): string => `${plural(count, 'picture')} cannot be read and ${count === 1 ? 'is' : 'are'} left out`,
    leaks: (count: number): string => `${plural(count, 'picture')} in both training and test: test accuracy will look too high`,
    duplicates: (count: number): string => `${plural(count, 'duplicate')}: ${count === 1 ? 'it counts' : 'they count'} twice in training`,
    near: (count: number): string => `${plural(count, 'pair')} of near-duplicates: they add little to training`,
    pair: (a: string, b: string): string => `${a} and ${b}`,
    torn: (a: string, b: string): string => `, labelled ${a} and ${b}`,
    more: (count: number): string => `and ${count} more`,
  },

  edits: {
    use: (name: string): string => `Use ${name}`,
    title: (count: number): string => `${plural(count, 'change')} to this data`,
    brief: (count: number): string => (count > 0 ? `${plural(count, 'change')} to the data` : 'data unchanged'),
    classOut: (name: string): string => `Class ${name} is left out`,
    classIn: (name: string): string => `Class ${name} is used again`,
    pictureIn: (name: string): string => `${name} is used again`,
    pictureOut: (name: string): string => `${name} is left out`,
    pictureAs: (name: string, label: string): string => `${name} is now labelled “${label}”`,
    undo: 'Undo',
    undoOf: (what: string): string => `Undo: ${what}`,
    failed: (why: string): string => `Not changed. ${why}`,
    more: (count: number): string => `and ${count} more`,
    all: 'Undo all',
    allUndone: 'All changes to this data are undone',
  },

  cell: {
    title: (truth: string, said: string): string => (truth === said ? `${truth}, taken for ${said}` : `${truth} taken for ${said}`),
    shown: (shown: number, all: number): string => (shown < all ? `The first ${shown} of ${plural(all, 'picture')}.` : `${plural(all, 'picture')}.`),
    hint: 'Is a label wrong? Choose the right one. It takes effect from the next run on.',
    keys: 'Choose a cell to see its pictures; arrow keys move between cells.',
    close: 'Close',
  },

  model: {
    title: 'Model & methods',
    choose: 'Model',
    own: 'Use another model',
    about: (title: string, builtin: boolean, parameters: string, size: number): string =>
      `${title}${builtin ? ', bundled' : ''}. ${parameters} weights, pictures of ${size} × ${size}.`,
    targets: 'Adapted layers',
    targetsUsual: 'Query, key, value and MLP',
    targetsAll: 'All linear layers',
    targetsOwn: 'My own list …',
    targetsList: 'Names of layers',
    targetsHint: 'Endings of layer names, separated by commas; a regular expression; or all-linear.',
  },

  zeroShot: zeroShotWords,

  methods: methodWords,

  budget: budgetWords,

  advanced: { title: 'Advanced', groups: { length: 'Length', optimisation: 'Optimisation', data: 'Data', memory: 'Memory', logging: 'Logging' } satisfies Record<FieldGroup, string>, changed: (count: number): string => `${count} changed` },

  fields: {
    changed: (standard: string): string => `Changed from ${standard}.`,
    explain: 'What is that?',
    reset: 'Reset',
    resetOf: (label: string): string => `Reset ${label}`,
    wrong: (reason: 'number' | 'range' | 'whole', min?: number, max?: number): string => {
      if (reason === 'number') return 'This is not a number.';
      if (reason === 'whole') return 'Only whole numbers.';
      if (max === undefined) return `At least ${min}.`;
      return min === undefined ? `At most ${max}.` : `Between ${min} and ${max}.`;
    },
  },

  memory: {
    title: 'Memory',
    plannedTitle: 'Predicted memory',
    unit: 'MiB',
    needs: (method: string, mib: string): string => `${method} needs ${mib} mebibytes`,
    mib: (mib: string): string => `${mib} MiB`,
    role: 'role, MiB',
    predicted: 'predicted',
    allocated: 'allocated',
    notYet: 'not yet',
    total: 'total',
    bytes: (count: string): string => `${count} bytes`,
    legend: 'Grey is what every method needs, colour is what it adds.',
    trainable: (count: string): string => `${count} trainable parameters with the head`,
    equal: (allocated: string, predicted: string): string => `Equal to the byte: ${allocated} of ${predicted}`,
    unequal: (allocated: string, predicted: string): string => `Allocated ${allocated} bytes, predicted ${predicted}. Please report this.`,
    roles: {
      frozen: 'frozen weights',
      temp: 'activations',
      input: 'batch',
      output: 'outputs',
      uniform: 'kernel parameters',
      staging: 'read-back',
      bases: 'random bases',
      merged: 'merged weights',
      param: 'trainable',
      grad: 'gradients',
      state: 'Adam moments',
    } satisfies Record<Role, string>,
  },

  board: boardWords,
  comparing: compareWords,
  queue: queueWords,
  facts: factWords,
  filter: filterWords,
  table: tableWords,
  sweep: sweepWords,

  stats: { rate: 'images per second', left: 'this run, left', step: 'step', loss: 'loss' },

  compare: {
    title: 'Curves',
    axis: 'axis',
    axisLabel: 'Horizontal axis',
    axes: { step: 'Step', images: 'Images', time: 'Time' } satisfies Record<XAxis, string>,
    axisNames: { step: 'step', images: 'images', time: 'training time' } satisfies Record<XAxis, string>,
    at: { step: (value: string) => `step ${value}`, images: (value: string) => `${value} images`, time: (value: string) => `after ${value}` } satisfies Record<XAxis, (value: string) => string>,
    log: 'log loss',
    raw: 'raw values',
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
    lossSummary: (ends: string): string => `Last values: ${ends}.`,
    accuracySummary: (ends: string): string => `Last values in percent: ${ends}.`,
    seed: (seed: number): string => `seed ${seed}`,
    meanOf: (runs: number): string => `mean of ${plural(runs, 'run')}`,
    seeds: 'single seeds',
    of: { loss: 'Loss', accuracy: 'Accuracy' },
    ofLabel: 'What the curves show',
    bands: 'Lines are means over seeds, bands their 95 % intervals.',
    smoothing: 'smoothing',
    smoothed: 'Thick lines are smoothed over all steps, so that zoom does not change them; thin ones are each step.',
    more: 'Plots',
    plots: { loss: 'Loss', accuracy: 'Accuracy', batch: 'Batch accuracy', grad_norm: 'Gradient norm', lr: 'Learning rate', ms: 'Time of a step' },
    columns: { batch: 'Accuracy of the batch', grad_norm: 'Gradient norm', lr: 'Learning rate', ms: 'Time of a step, ms' },
    columnEmpty: 'One line for each run, drawn from the first step.',
    unnamed: (count: number): string => `${plural(count, 'line')} without a name; select a run in the table to name it.`,
  },

  chart: {
    role: 'chart',
    keys: 'Left and right arrow move a cursor through the data, Home and End go to the ends, plus and minus zoom, square brackets move along, 0 shows everything, T opens the table, E saves the numbers.',
    reset: 'Show everything',
    zoomed: (from: string, to: string): string => `Shown from ${from} to ${to}.`,
    unzoomed: 'Everything is shown.',
    kinds: { svg: 'SVG', png: 'PNG', csv: 'CSV', json: 'JSON' },
    notSaved: (why: string): string => `Not saved. ${why}`,
    table: 'Table',
    interval: '95 % interval, ±',
    moreLines: (count: number): string => `+ ${count} more`,
    export: 'Export',
    of: (title: string): string => `of ${title}`,
    tableOf: (title: string): string => `Table of ${title}`,
    page: (page: number, pages: number): string => `page ${page} of ${pages}`,
    earlier: 'Previous',
    later: 'Next',
  },

  runs: {
    title: 'Runs',
    table: 'Table of runs',
    empty: 'Every training is kept here with its curves, its test accuracy and its adapter.',
    reading: 'Reading earlier runs.',
    shown: 'line',
    showLine: (name: string): string => `Show the line of ${name}`,
    key: (number: number): string => `Key ${number}`,
    run: 'run',
    method: 'method',
    trainable: 'trainable',
    best: 'best seen, %',
    test: 'test, %',
    time: 'time',
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
    cancel: 'Cancel',
    resume: 'Continue',
    export: 'Export',
    again: 'Run again',
    delete: 'Delete',
    deleted: (name: string): string => `Deleted ${name}`,
    cleared: (count: number): string => `Took ${plural(count, 'run')} out of the queue`,
    noAdapter: (name: string): string => `No adapter was kept of ${name}`,
  },

  runsExport: runsExportWords,

  export: {
    title: (name: string): string => `Export ${name}`,
    legend: 'Format',
    start: 'Export',
    cancel: 'Cancel',
    anyway: 'Save the file anyway',
    formats: {
      peft: { title: 'PEFT adapter', use: 'Small files that PEFT puts on the same base model, with images and a script that check it.' },
      lora: { title: 'As LoRA, for PEFT', use: 'PEFT does not have NoLA. The same update is written as a plain LoRA, which is larger.' },
      nola: { title: 'NoLA adapter', use: 'The smallest files. Only Fullrank reads them.' },
      folder: { title: 'Merged Hugging Face folder', use: 'A whole model that transformers loads without PEFT.' },
      onnx: { title: 'ONNX', use: 'One file for ONNX Runtime on servers, phones and web pages. It is run here and compared on test images.' },
      python: { title: 'Python project', use: 'The whole experiment for PyTorch, transformers and PEFT: a training script, settings, seed, split, order of images and the trained weights.' },
    } satisfies Record<ExportSpec['format'] | 'nola', { title: string; use: string }>,
    names: 'Version of transformers that will read it. Newer ones have other names for the layers',
    transformers: { 4: (renamed: string): string => `transformers before ${renamed}`, 5: (renamed: string): string => `transformers ${renamed} or newer` },
    dtype: 'Weights of the ONNX file',
    dtypes: { f32: 'f32', f16: 'f16, half the size' },
    stages: {
      open: () => 'Opening the model, the data and the adapter.',
      images: () => 'Reading test images for the check.',
      make: (format) => (format === 'onnx' ? 'Writing the ONNX file and running it in onnxruntime-web.' : 'Making the files.'),
      zip: (_, mib) => (mib ? `Packing, ${mib} MiB so far.` : 'Packing.'),
    } satisfies Record<ExportEvent['stage'], (format: ExportSpec['format'], mib: string) => string>,
    ending: 'Cancelling; it ends after this stage.',
    training: 'You can export once training has ended.',
    saved: (name: string): string => `Saved ${name}`,
    notSaved: 'The file was not saved.',
    right: 'Check passed.',
    wrong: 'Check failed.',
    agree: (same: number, images: number): string => `${same} of ${plural(images, 'image')} agree.`,
    lastCheck: (dtype: string, ago: string): string => `Last export, ${dtype}, checked ${ago}.`,
  },

  results: {
    accuracy: (percent: string, count: string, pictures: string, step: string, loss: string): string => `${percent} % of ${count} ${pictures} right with the weights of step ${step}, loss ${loss}.`,
    which: 'Which pictures',
    splits: { val: 'Validation', test: 'Test' },
    on: { val: 'validation pictures', test: 'test pictures', train: 'training pictures' },
    perClass: 'Accuracy of each class, %',
    confusion: 'Confusion',
    /** Right pictures of a class, and the 95 % interval. */
    ofClass: (name: string, right: string, count: string, low: string, high: string): string => `${name}: ${right} of ${count} right, 95 % interval ${low} to ${high} %`,
    of: (count: string): string => `of ${count}`,
    intervals: 'Thin lines are 95 % intervals over the pictures of each class.',
    few: (least: string): string => `With as few as ${least} pictures they are wide: differences of classes may be chance.`,
    confusionHint: 'Rows are true classes, columns what the model said, numbers are pictures. A cell is shaded by its share of the row: 1 of 1 is as dark as 5 of 5.',
    pictures: 'pictures',
    trueClass: 'true class',
    cell: (truth: string, said: string, count: number): string => `${truth} taken for ${said}: ${count}`,
    pair: (truth: string, said: string, count: number): string => `Most often ${truth} is taken for ${said}, ${plural(count, 'picture')}.`,
    ties: (pairs: readonly (readonly [string, string])[], count: number): string => `Most often, ${plural(count, 'picture')} each, ${listOf([...pairs.slice(0, 4).map(([truth, said]) => `${truth} is taken for ${said}`), ...(pairs.length > 4 ? [plural(pairs.length - 4, 'other pair')] : [])])}.`,
    empty: 'Accuracy, each class and the confusion matrix appear with the first evaluation.',
    stopped: (step: string): string => `This run was stopped and has not been evaluated on the test pictures. Its weights of step ${step} are kept.`,
    evaluate: 'Evaluate it now',
    evaluating: (done: string, total: string): string => `Evaluating, ${done} of ${total} pictures.`,
    notEvaluated: (why: string): string => `It was not evaluated. ${why}`,
    none: 'This run has ended before its first evaluation.',
    download: (what: 'adapter' | 'weights', mib: string): string => `Download the ${what}, ${mib} MiB`,
    summary: (time: string, rate: string, skipped: number, device: string): string =>
      `${time} of training at ${rate} images per second${device ? ` on ${device}` : ''}${skipped > 0 ? `; ${plural(skipped, 'step')} skipped because a gradient was not finite` : ''}.`,
  },

  toast: { undo: 'Undo', undoKey: 'Ctrl Z', redo: 'Redo', redoKey: 'Ctrl Shift Z', close: 'Close' },

  keys: {
    title: 'Keys',
    close: 'Close',
    letters: 'Use single keys outside of fields',
    list: [
      ['G, then S T C L I Y E', 'go to Start, Train, Compare, Landscape, Inside, Try, Lessons'],
      ['Space', 'run, pause or go on'],
      ['S', 'one step while paused'],
      ['.', 'stop at the next step'],
      ['1 to 9', 'show or hide a run'],
      ['L', 'log scale of the loss'],
      ['T', 'table of the focused chart'],
      ['E', 'save the numbers of the focused chart'],
      ['← →', 'move the data cursor; in a lesson or a presentation go back and on, as Space does'],
      ['Home End', 'first or last point'],
      ['+ − 0', 'zoom the focused chart, or show everything'],
      ['Ctrl Z', 'undo a change of settings or data, or a deletion'],
      ['Ctrl ⇧ Z', 'redo a change of settings'],
      ['Esc', 'close, leave the cursor or the lesson'],
      ['?', 'this sheet'],
    ] as const,
  },

  /** A part of the page that could not be fetched or drawn, said in its place. */
  part: {
    missing: 'This part of the page could not be fetched. Check the connection; everything else goes on.',
    broken: (why: string): string => `This part of the page has failed; everything else goes on. (${why})`,
    reload: 'Reload this part',
    reloadPage: 'Reload the page',
    noLink: 'What this link asks for could not be read, because a part of the page could not be fetched. Reload the page to try again.',
  },

  failure: { happened: 'What happened', kept: 'What was kept', todo: 'What to do', details: 'Details to copy', copy: 'Copy' },

  device: {
    kept: 'Runs, curves and adapters of earlier visits can be read and downloaded here.',
    tryAgain: 'Try again',
    https: 'Open over https',
    software: (name: string): string => `Only a software adapter was found${name ? ` (${name})` : ''}: results are right, but training is slow, so runs are kept short. If this computer has a graphics card, turn on hardware acceleration in the browser's settings.`,
    secure: (host: string): string => `Open this page over https, or on the computer that serves it as http://localhost. The address ${host} is neither.`,
    problems: {
      'no-webgpu': { title: 'This browser has no WebGPU', happened: 'The browser does not offer WebGPU, which training needs.', todo: '' },
      'insecure-context': { title: 'This address is not secure', happened: 'Browsers offer WebGPU only over https or on localhost. This page was opened over plain http.', todo: '' },
      'no-adapter': {
        title: 'No graphics adapter was found',
        happened: 'The browser has WebGPU but gives no adapter. The driver may be too old, blocked, or acceleration may be off.',
        todo: 'Switch on hardware acceleration in the browser’s settings, update the graphics driver, then restart the browser.',
      },
      limits: {
        title: 'The graphics adapter allows too little',
        happened: 'The limits of this adapter are below what the model needs.',
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
    reading: (name: string, files: string): string => `Reading ${name}, ${files} files.`,
    cancel: 'Cancel',
    failed: (name: string): string => `${name} could not be opened`,
    kept: { model: 'The model that was chosen before stays in place.', data: 'The data that was chosen before stays in place.' },
    misplaced: (name: string, kind: Misplaced['kind'], as: Misplaced['as']): string =>
      `${name} holds ${{ runs: 'runs', adapter: 'a trained adapter', model: 'a model' }[kind]}, not ${as === 'data' ? 'pictures' : 'a model'}.`,
    place: { runs: 'Add to the runs', adapter: 'Try this adapter', model: 'Use this model' } satisfies Record<Misplaced['kind'], string>,
    another: 'Choose another folder',
    keep: 'Keep what was chosen',
  },

  project: projectWords,
  keptImports: keptWords,

  hubKinds,
  hub: {
    advanced: 'Endpoint, revision, token',
    endpoint: 'Endpoint',
    endpointHint: 'Address of a mirror; empty takes huggingface.co.',
    revision: 'Revision',
    revisionHint: 'Branch, tag or commit; empty takes main.',
    token: 'Access token',
    submit: 'Open',
    close: 'Close',
    cancel: 'Cancel',
    loading: (id: string): string => `Loading ${id}`,
    progress: (loaded: string, total: string): string => `${loaded} of ${total}`,
    rate: (rate: string): string => `${rate}/s`,
    left: (time: string): string => `${time} left`,
    asking: 'Asking for the list of files.',
    cancelled: (id: string): string => `Cancelled. What came of ${id} so far is kept, and the next try goes on from it.`,
    cached: 'Kept in this browser',
    notPromised: 'The browser has not promised to keep this: it may clear it when the disk runs short. A project file keeps everything.',
    empty: 'No imported files yet. What is imported once is here again after a reload, without a connection.',
    from: (host: string): string => `from ${host}`,
    dataset: 'data set',
    partial: (size: string): string => `${size} of an unfinished download`,
    delete: 'Delete',
    deleteLabel: (id: string, size: string): string => `Delete ${id}, frees ${size}`,
    deleted: (id: string, size: string): string => `Deleted ${id}, ${size} freed`,
    total: (size: string): string => `${size} together.`,
    quota: (usage: string, quota: string): string => `This page uses ${usage} of the ${quota} that the browser gives it.`,
    memory: 'The browser does not let this page store files: what is loaded is kept in memory, and must be loaded again next time.',
  },

  storage: {
    full: 'The browser’s storage is full. New checkpoints and adapters stay in memory and are lost when this tab closes: download what you need, or delete runs.',
    unavailable: 'The browser does not let this page store anything. Runs are lost when this tab closes: download what you need.',
  },

  interrupted: {
    lost: 'The graphics card was lost',
    title: (name: string): string => `${name} was interrupted`,
    happened: (spec: string, step: number, total: number, ago: string): string => `${spec}, stopped at step ${step}${total > 0 ? ` of ${total}` : ''} when its page closed. It started ${ago}.`,
    kept: (step: number): string => `The checkpoint of step ${step} with its optimizer and its place in the data, and the curve.`,
    noCheckpoint: 'The settings. It had not reached its first checkpoint.',
    missing: (name: string): string => `Open ${name} again to go on.`,
    resume: (step: number): string => `Resume at step ${step}`,
    restart: 'Start it again',
    discard: 'Discard',
  },

  failures: {
    who: (name: string, method: string): string => `${name} (${method})`,
    kept: 'All settings and all other runs.',
    again: 'Try again',
    remove: 'Delete the run',
    dismiss: 'Dismiss',
    slower: (lr: string): string => `Try again with learning rate ${lr}`,
    smaller: (batch: number, accumulate: number): string => `Use batch ${batch}, ${accumulate} to a step`,
    recompute: 'Recompute activations',
    half: 'Store frozen weights as f16',
    'device-lost': { short: 'device lost', title: (name: string) => `The graphics card was lost during ${name}`, happened: 'The driver reset the device before the first checkpoint.', todo: 'Try again. If it happens often, use a smaller batch.' },
    'out-of-memory': { short: 'too little memory', title: (name: string) => `${name} does not fit`, happened: 'The device could not allocate what the plan needs.', todo: 'Make the run smaller; the first button acts on the largest part.' },
    'bad-input': { short: 'bad input', title: (name: string) => `${name} could not start`, happened: 'The model, the data or the settings do not fit together.', todo: 'Change what the message names, then try again.' },
    cancelled: { short: 'cancelled', title: (name: string) => `${name} was cancelled`, happened: 'It was cancelled before the first step.', todo: 'Nothing was trained; run it again when you like.' },
    diverged: { short: 'diverged', title: (name: string) => `${name} diverged`, happened: 'The loss stopped being a number.', todo: 'A smaller learning rate usually helps.' },
    internal: { short: 'stopped by an error', title: (name: string) => `${name} stopped with an error`, happened: 'The training worker ended without a word.', todo: 'Try again. If it stays, copy the details into a report.' },
  } satisfies Record<RunError['kind'], { short: string; title: (name: string) => string; happened: string; todo: string }> & Record<string, unknown>,

  tryout,
  look: lookWords,
  recorded: recordedWords,
  fair: fairWords,
  rankingText,
  /** Settings of memory in few words. */
  share: shareWords,
  undo: undoWords,
} as const;
