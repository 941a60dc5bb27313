import { quantities, type Quantity } from '../../kit/charts/plane';
import { create } from 'zustand';
import { defined } from '../../../numbers/defined';
import { MAX_WORK } from '../../../train/config';
import type { Medium } from '../../../train/protocol';
import { isValid, methodFields, trainFields, type Field } from './fields';

export type Theme = 'auto' | 'light' | 'dark' | 'contrast';
export type XAxis = 'step' | 'images' | 'time';
export type Match = 'parameters' | 'memory' | 'time';
export const matches: readonly Match[] = ['parameters', 'memory', 'time'];
export const comparings = ['auto', 'no', 'yes'] as const;
export type Values = Record<string, unknown>;
/** Axes of a sweep besides the methods, each with the setting that keeps what is typed; empty takes the one value that is set. */
export const sweepSettings = { budget: 'sweepBudgets', shots: 'sweepShots', seed: 'sweepSeeds', lr: 'sweepRates' } as const;
export type SweepAxis = keyof typeof sweepSettings;
export const sweepAxes = Object.keys(sweepSettings) as SweepAxis[];

/** By what runs are put together in curves, plots and the table: `seed` are runs that differ in their seed alone. */
export const groupings = ['run', 'seed', 'method', 'budget', 'shots', 'lr', 'data', 'who'] as const;
export type Grouping = (typeof groupings)[number];

/** Ranges and image sets of a loss landscape, and the choices of its numbers. */
export const landscapeRanges = ['paper', 'near'] as const;
export const landscapeSets = ['both', 'train', 'val'] as const;
export const landscapeGrids = [5, 9, 13, 17, 25, 49] as const;
export const landscapeImages = [16, 32, 64, 128, 256, 512, 1024] as const;
export const insideImages = [16, 32, 64, 128, 256] as const;

/** Settings of the person. Only those that differ from the defaults are kept. */
export interface Settings {
  model: string;
  data: string;
  methods: string[];
  /** On data of one's own: one recommended method, or several that are compared; `auto` until there are such data, or a choice. */
  comparing: (typeof comparings)[number];
  /** In what methods are made equal. */
  match: Match;
  /** Trainable parameters to aim at; 0 takes a nineteenth of the model. */
  budget: number;
  /** The same in MiB of planned memory, and in percent of the work of full fine-tuning, which links and stored settings call time; 0 takes what LoRA has at the budget of parameters. */
  memoryBudget: number;
  timeBudget: number;
  /** The most work of a step that a method may take at a budget of parameters, in shares of full fine-tuning's; 0 lifts it. */
  maxWork: number;
  /** Empty takes the model's own default. */
  targets: string | string[];
  train: Values;
  /** Most tokens of a text; 0 takes the usual, and no model more than it has positions for. */
  maxLength: number;
  /** Methods find their rates before the first run, where none is given. */
  findRates: boolean;
  /** Learning rates by method. */
  lr: Record<string, number>;
  /** Settings by method that override what the budget chose. */
  overrides: Record<string, Values>;
  sweepBudgets: string;
  sweepShots: string;
  sweepSeeds: string;
  sweepRates: string;
  theme: Theme;
  axis: XAxis;
  logLoss: boolean;
  rawValues: boolean;
  /** Weight of the past in smoothed curves, 0 to 0.99; 0 smooths nothing. */
  smoothing: number;
  /** Live plots, by their names. */
  curves: string;
  /** Filter for the runs of the table, as typed. */
  filter: string;
  /** Most trainable parameters of the runs that are compared; 0 leaves none out. */
  atMost: number;
  /** Folder whose runs alone are compared; empty takes all that are not archived. */
  folder: string;
  group: Grouping;
  /** Column that the table is sorted by, with - before it for the largest first; empty is the order of training. */
  sort: string;
  /** Metrics of the plot of any two. */
  chartX: string;
  chartY: string;
  /** Points a side of a loss landscape, what part of the plane it shows, images of each set, which sets, what is drawn, and whether with paths. */
  landscapeGrid: number;
  landscapeRange: (typeof landscapeRanges)[number];
  landscapeImages: number;
  landscapeOn: (typeof landscapeSets)[number];
  landscapeOf: Quantity;
  landscapePaths: boolean;
  /** Images that activations are compared on. */
  insideImages: number;
  /** Draws where the models look on the picture that is tried. */
  rollout: boolean;
  shortcuts: boolean;
  /** Address of a mirror of the Hugging Face hub; empty takes the hub itself. */
  hubEndpoint: string;
  /** Repository of the hub that was pushed to last. */
  hubRepository: string;
  /** Name of the person in files that leave the page; empty leaves it out. */
  person: string;
  /** Settings used last for pictures and for texts, for when the page learns from them again. */
  media: Partial<Record<Medium, Chosen>>;
}

/** Settings that pictures and texts have apart: budgets, lengths and rates of the one say nothing about the other. */
export const ofMedium = ['model', 'data', 'targets', 'methods', 'comparing', 'match', 'budget', 'memoryBudget', 'timeBudget', 'maxWork', 'train', 'maxLength', 'findRates', 'lr', 'overrides', 'sweepBudgets', 'sweepShots', 'sweepSeeds', 'sweepRates'] as const satisfies (keyof Settings)[];
export type Chosen = Pick<Settings, (typeof ofMedium)[number]>;
export const chosenOf = (settings: Settings): Chosen => Object.fromEntries(ofMedium.map((name) => [name, settings[name]])) as Chosen;

export const initialSettings: Settings = {
  model: '',
  data: '',
  methods: Object.keys(methodFields).filter((method) => defined(methodFields[method]).usual),
  comparing: 'auto',
  match: 'parameters',
  budget: 0,
  memoryBudget: 0,
  timeBudget: 0,
  maxWork: MAX_WORK,
  targets: [],
  train: {},
  maxLength: 0,
  findRates: false,
  lr: {},
  overrides: {},
  sweepBudgets: '',
  sweepShots: '',
  sweepSeeds: '',
  sweepRates: '',
  theme: 'auto',
  axis: 'step',
  logLoss: true,
  rawValues: true,
  smoothing: 0.8,
  curves: 'loss,accuracy',
  filter: '',
  atMost: 0,
  folder: '',
  group: 'seed',
  sort: '',
  chartX: 'memory',
  chartY: 'accuracy',
  landscapeGrid: 9,
  landscapeRange: 'paper',
  landscapeImages: 128,
  landscapeOn: 'both',
  landscapeOf: 'loss',
  landscapePaths: true,
  insideImages: 64,
  rollout: false,
  shortcuts: true,
  hubEndpoint: '',
  hubRepository: '',
  person: '',
  media: {},
};

export const settingsKey = 'fullrank.settings';
const version = 1;

/** Settings as they are stored. */
export const settingsText = (settings: Settings): string => JSON.stringify({ version, ...settings });

const isRecord = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
const strings = (value: unknown): string[] | undefined => (Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined);

function keepValid(values: unknown, fields: readonly Field[]): Values {
  if (!isRecord(values)) return {};
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      const field = fields.find((entry) => entry.name === name);
      return field !== undefined && isValid(field, value);
    }),
  );
}

/** Reads stored settings; whatever does not fit (older version, damaged text) falls back to its default. */
export function parseSettings(text: string | null): Settings {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? 'null');
  } catch {
    stored = null;
  }
  return isRecord(stored) && stored.version === version ? settingsOf(stored) : initialSettings;
}

/** Settings about the person and the browser rather than about the project: a project file neither brings nor takes them. */
export const personal = ['theme', 'shortcuts', 'hubEndpoint', 'hubRepository', 'person'] as const satisfies (keyof Settings)[];

/** No budget is more than this. */
export const mostBudget = 1e10;
/** No model has more positions. */
const mostTokens = 2 ** 20;
const isAmount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= mostBudget;

const targetsIn = (value: unknown): Settings['targets'] => (typeof value === 'string' && value !== '' ? value : (strings(value) ?? []));

function mediaIn(value: unknown): Settings['media'] {
  const kept: Settings['media'] = {};
  for (const medium of ['pictures', 'texts'] as const) {
    const one = isRecord(value) ? value[medium] : undefined;
    if (isRecord(one) && typeof one.model === 'string' && typeof one.data === 'string') kept[medium] = chosenOf(settingsOf({ ...one, media: undefined }));
  }
  return kept;
}

/** Reads settings field by field. */
export function settingsOf(s: Values): Settings {
  const pick = <K extends keyof Settings>(name: K, ok: boolean): Settings[K] => (ok ? (s[name] as Settings[K]) : initialSettings[name]);
  const short = (name: 'sweepBudgets' | 'sweepShots' | 'sweepSeeds' | 'sweepRates' | 'curves' | 'filter' | 'folder' | 'sort' | 'chartX' | 'chartY') => pick(name, typeof s[name] === 'string' && s[name].length <= 500);
  const among = <K extends keyof Settings>(name: K, choices: readonly unknown[]) => pick(name, choices.includes(s[name]));
  const train = keepValid(s.train, trainFields);
  const lr = isRecord(s.lr) ? Object.fromEntries(Object.entries(s.lr).filter(([, value]) => typeof value === 'number' && value > 0)) : {};
  const overrides: Record<string, Values> = {};
  for (const [method, values] of Object.entries(isRecord(s.overrides) ? s.overrides : {})) {
    const kept = keepValid(values, methodFields[method]?.fields ?? []);
    if (Object.keys(kept).length > 0) overrides[method] = kept;
  }
  return {
    model: pick('model', typeof s.model === 'string'),
    data: pick('data', typeof s.data === 'string'),
    methods: (strings(s.methods) ?? initialSettings.methods).filter((method) => Object.hasOwn(methodFields, method)),
    comparing: among('comparing', comparings),
    match: among('match', matches),
    budget: pick('budget', isAmount(s.budget)),
    memoryBudget: pick('memoryBudget', isAmount(s.memoryBudget)),
    timeBudget: pick('timeBudget', isAmount(s.timeBudget)),
    maxWork: pick('maxWork', isAmount(s.maxWork)),
    targets: targetsIn(s.targets),
    train,
    maxLength: pick('maxLength', Number.isInteger(s.maxLength) && Number(s.maxLength) >= 0 && Number(s.maxLength) <= mostTokens),
    findRates: pick('findRates', typeof s.findRates === 'boolean'),
    lr: lr as Record<string, number>,
    overrides,
    sweepBudgets: short('sweepBudgets'),
    sweepShots: short('sweepShots'),
    sweepSeeds: short('sweepSeeds'),
    sweepRates: short('sweepRates'),
    theme: among('theme', ['auto', 'light', 'dark', 'contrast']),
    axis: among('axis', ['step', 'images', 'time']),
    logLoss: pick('logLoss', typeof s.logLoss === 'boolean'),
    smoothing: pick('smoothing', typeof s.smoothing === 'number' && s.smoothing >= 0 && s.smoothing <= 0.99),
    curves: short('curves'),
    filter: short('filter'),
    atMost: pick('atMost', isAmount(s.atMost)),
    folder: short('folder'),
    group: among('group', groupings),
    sort: short('sort'),
    chartX: short('chartX'),
    chartY: short('chartY'),
    landscapeGrid: among('landscapeGrid', landscapeGrids),
    landscapeRange: among('landscapeRange', landscapeRanges),
    landscapeImages: among('landscapeImages', landscapeImages),
    landscapeOn: among('landscapeOn', landscapeSets),
    landscapeOf: among('landscapeOf', quantities),
    landscapePaths: pick('landscapePaths', typeof s.landscapePaths === 'boolean'),
    insideImages: among('insideImages', insideImages),
    rawValues: pick('rawValues', typeof s.rawValues === 'boolean'),
    rollout: pick('rollout', typeof s.rollout === 'boolean'),
    shortcuts: pick('shortcuts', typeof s.shortcuts === 'boolean'),
    hubEndpoint: pick('hubEndpoint', typeof s.hubEndpoint === 'string' && s.hubEndpoint.length <= 200),
    hubRepository: pick('hubRepository', typeof s.hubRepository === 'string' && s.hubRepository.length <= 200),
    person: pick('person', typeof s.person === 'string' && s.person.length <= 80),
    media: mediaIn(s.media),
  };
}

function read(): string | null {
  try {
    return localStorage.getItem(settingsKey);
  } catch {
    return null;
  }
}

export const useSettings = create<Settings>()(() => parseSettings(typeof localStorage === 'undefined' ? null : read()));

/** Changes some settings. */
export const changeSettings = (change: Partial<Settings>): void => useSettings.setState(change);

/** Sets one training field, or clears it (undefined) back to its default. */
export function setTrain(name: string, value: unknown): void {
  useSettings.setState(({ train }) => ({ train: without(train, name, value) }));
}

/** Sets one field of a method, or clears it back to what the budget chooses. */
export function setOverride(method: string, name: string, value: unknown): void {
  useSettings.setState(({ overrides }) => ({ overrides: { ...overrides, [method]: without(overrides[method] ?? {}, name, value) } }));
}

/** Sets the learning rate of a method, or clears it. */
export function setLr(method: string, value: number | undefined): void {
  useSettings.setState(({ lr }) => ({ lr: without(lr, method, value) as Record<string, number> }));
}

/** Takes a method in or out of the comparison. */
export function toggleMethod(method: string): void {
  useSettings.setState(({ methods }) => ({ methods: methods.includes(method) ? methods.filter((entry) => entry !== method) : [...methods, method] }));
}

function without(values: Values, name: string, value: unknown): Values {
  const next = { ...values, [name]: value };
  if (value === undefined) delete next[name];
  return next;
}

/** The write that waits; 0 when there is none. */
let waiting = 0;

/** Nothing that waits is written any more, as when another project's settings take their place. */
export function dropWaiting(): void {
  clearTimeout(waiting);
  waiting = 0;
}

/**
 * Settings that stay until the page is loaded again, as it is at once when another project takes this one's place: what is still
 * being opened here (a stand-in for data that is not in this project) would else be written over what the other project had chosen.
 */
export function settleOn(settings: Settings): void {
  useSettings.setState(settings);
  useSettings.setState = () => {};
}

/** Settings with what has changed from one state to another. */
export const withChanges = (settings: Settings, before: Settings, now: Settings): Settings => ({ ...settings, ...Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Settings]))) });

/** Writes settings to the browser's storage, a little after each change, and at once where the page is left. */
export function keepSettings(): void {
  let kept = parseSettings(read());
  const write = () => {
    waiting = 0;
    const now = useSettings.getState();
    try {
      // Another tab may have changed others since.
      localStorage.setItem(settingsKey, settingsText(withChanges(parseSettings(localStorage.getItem(settingsKey)), kept, now)));
      kept = now;
    } catch {
      // A full or forbidden storage: the settings last as long as the tab.
    }
  };
  useSettings.subscribe(() => {
    dropWaiting();
    // After the address, which counts more when the page is loaded again.
    waiting = window.setTimeout(write, 350);
  });
  addEventListener('pagehide', () => waiting && (dropWaiting(), write()));
}
