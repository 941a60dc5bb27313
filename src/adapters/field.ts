import type { Look } from './look.meta';

/** A method with its own config fields, spelled as in PEFT (`r`, `lora_alpha`, `target_modules`, ...). */
export interface MethodConfig {
  /** Key of the method table (`adapters/fields.ts`). */
  method: string;
  [field: string]: unknown;
}

/** Topics of training settings; forms show them in this order. */
export const fieldGroups = ['length', 'optimisation', 'data', 'memory', 'logging'] as const;
export type FieldGroup = (typeof fieldGroups)[number];

/** A config field with everything that forms, command-line flags and validation need. */
export interface Field {
  /** Spelled as in the config file. */
  name: string;
  label: string;
  kind: 'number' | 'integer' | 'boolean' | 'choice' | 'text' | 'names';
  default: number | boolean | string | string[] | null;
  min?: number;
  max?: number;
  choices?: string[];
  /** One line. */
  help: string;
  group?: FieldGroup;
  /** Unit of the number: "steps", "px". */
  unit?: string;
  /** A share of 0 to 1, which forms show in percent. */
  percent?: boolean;
  /** The value that stands for "not set", and what holds then: forms leave the field empty. */
  empty?: { value: number | null; means: string };
  /** Its name in names of runs, if that is shorter: "k", as in "k 1024". */
  short?: string;
  /** Word of the field that its line of help is explained by, where the page knows one. */
  term?: string;
}

/** The help of a field where its value is typed as it is: it also says what stands for "not set". */
export const plainHelp = ({ help, empty }: Pick<Field, 'help' | 'empty'>): string => (empty && empty.value !== null ? `${help} ${empty.value}: ${empty.means}.` : help);

/** The part that learns besides the head: an adapter, all weights of the model, a part of them, or nothing. */
export type Trains = 'adapter' | 'weights' | 'part' | 'head';

/** Kinds of methods, by what their update is made of; tables group by them, in this order. */
export const methodKinds = ['low rank', 'shared and random bases', 'the weight’s own parts', 'rotations', 'spectra', 'scalings and biases', 'prompts', 'weights'] as const;
export type MethodKind = (typeof methodKinds)[number];

/** Description of a method by its authors. */
export interface Paper {
  /** In short, as people call it. */
  title: string;
  /** "arXiv 2106.09685" */
  at: string;
  url: string;
  /** The paper names it for later; how it is done here is our own. */
  idea?: true;
}

/** A paper on arXiv, by its number. */
export const arxiv = (title: string, id: string): Paper => ({ title, at: `arXiv ${id}`, url: `https://arxiv.org/abs/${id}` });

/**
 * A method's title, its own fields, how its budget is steered and how it looks; plain data that the page may import. What not
 * every method has is asked for: nobody knows one by its name.
 */
export interface MethodFields {
  method: string;
  title: string;
  /** One sentence on what it trains. */
  help: string;
  kind: MethodKind;
  /** Its update, or what it makes of a layer, as one reads it in a paper: "ΔW = s B A". */
  formula: string;
  /** One or two sentences on when to choose it, and when not. */
  when: string;
  /** None of what is older than papers on such methods. */
  paper?: Paper;
  /** The field that sets the budget, or null when the count is fixed. */
  budget: string | null;
  /** Learning rate that suits it (the small-scale table of the project's notes). */
  lr: number;
  fields: Field[];
  /** Appearance; neutral if left out. */
  look?: Look;
  /** The part that learns, if that is no adapter. */
  trains?: Exclude<Trains, 'adapter'>;
  /** It trains weights of the model, and leaves as an adapter's folder all the same (`Method.codecs`). */
  saved?: true;
  /** Chosen where nothing has been chosen yet. */
  usual?: true;
  /** Its own use of memory or time is the amount to match if none is given. */
  yardstick?: true;
  /** Corner of a landscape's plane at which its newest run stands unless another is chosen, as in the paper. */
  corner?: 0 | 1 | 2;
  /** Reason that its update is no weight and cannot be merged (`Method.merged`): the rest of a sentence. */
  unmerged?: string;
  /** Method of PEFT's, other than this one, that computes the same (`Method.equivalent`). */
  equivalent?: string;
  /** Others are written as the one of this method that comes nearest (`Method.nearest`). */
  nearest?: true;
  /** It changes biases as well, which no other method's tensors hold (`Method.bias`). */
  biases?: true;
  /** With its start values the model says something else than without it. */
  moved?: true;
  /** It trains what stands around the names of classes: its model must read texts. */
  texts?: true;
  /** PEFT does not have it, in no setting: its folders are our own. */
  peft?: false;
  /** A run of it does not go on in the Python project that is exported: there its steps would be others. */
  python?: false;
  /** Fields that give some layers another value of a setting, by pattern of their names; PEFT's. No form shows them. */
  patterns?: Record<string, string>;
}

/** Fields that every adapter has; PEFT's rules. */
export const targetFields: Field[] = [
  { name: 'target_modules', label: 'Target modules', kind: 'names', default: null, help: 'Suffixes of the layers to adapt, a regular expression, or all-linear; left out, the attention and MLP layers of the model.' },
  { name: 'exclude_modules', label: 'Exclude modules', kind: 'names', default: null, help: 'Layers to leave alone, by suffix.', empty: { value: null, means: 'none' } },
  { name: 'layers_to_transform', label: 'Layers', kind: 'text', default: null, help: 'Numbers of the blocks to adapt, e.g. 0,1,2; all when left out.', empty: { value: null, means: 'all' } },
];

/** LoRA's and DoRA's `patterns`. */
export const loraPatterns = { rank_pattern: 'r', alpha_pattern: 'lora_alpha' };

export const dropoutField = (name: string): Field => ({ name, label: 'Dropout', kind: 'number', default: 0, min: 0, max: 0.9, help: 'Probability of dropping an input of the adapter while training.' });

export const keyField: Field = { name: 'projection_prng_key', label: 'Key of the random bases', kind: 'integer', default: 0, min: 0, max: 2 ** 31, help: 'Seed of the fixed random bases, as in PEFT.' };

/** Default of a setting that is a number. */
export const defaultOf = ({ fields }: MethodFields, setting: string): number => fields.find(({ name }) => name === setting)?.default as number;
