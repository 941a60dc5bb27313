import { byMedium, inMedium } from '../../../language/medium';
import { counted, formatNumber, plural } from '../../../language/format';
import type { Learned } from '../../../data/reading.meta';

type Parts = 'two' | 'three';

export const dataWords = {
  title: 'Data',
  opening: 'Opening the data.',
  choose: 'Data set',
  /** What is learned of texts, behind the name of a set. */
  learned: { classes: 'classes', numbers: 'numbers', words: 'a class for each word', next: 'how texts go on' } satisfies Record<Learned, string>,
  choices: 'the right one of several answers',
  ofTexts: (title: string, learned: string) => `${title}: ${learned}`,
  own: 'Choose folder',
  files: 'Choose files',
  get hint() { return byMedium({ pictures: 'Your own: one folder for each class, a zip, or pictures with a table (CSV, JSONL, Parquet). Or drop them here.', texts: 'Your own: a table (CSV, TSV, JSONL, Parquet) with columns of texts and classes, or of prompts and answers; or lines of a .txt file to continue. One file, or one for each split. Or drop it here.' }); },
  about: (title: string, builtin: boolean, classes: number, pictures: number) => byMedium({ pictures: `${title}${builtin ? ', bundled' : ''}. ${counted(classes, 'class', 'classes')}, ${formatNumber(pictures)} pictures.`, texts: `${title}${builtin ? ', bundled' : ''}. ${counted(classes, 'class', 'classes')}, ${formatNumber(pictures)} texts.`, next: `${title}${builtin ? ', bundled' : ''}. ${formatNumber(pictures)} texts that the model learns to continue.`, words: `${title}${builtin ? ', bundled' : ''}. ${formatNumber(pictures)} texts, whose words are of ${counted(classes, 'class', 'classes')}.`, numbers: `${title}${builtin ? ', bundled' : ''}. ${formatNumber(pictures)} texts with a number each.` }),
  licence: (licence: string) => `Licence: ${licence}.`,
  counts: (train: number, test: number, draws: boolean) => `${formatNumber(train)} to train${draws ? ' and validate' : ''}, ${formatNumber(test)} to test`,
  such: 'Examples; each answer stands under its prompt.',
  all: (count: number) => `Show all ${formatNumber(count)} classes`,
  fewer: 'Show fewer classes',
};

export const mediumWords = { title: 'What to train on', kinds: { ofImages: 'Pictures', ofTexts: 'Texts' } };

export const healthWords = {
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
  sameNames: (a: string, b: string) => `Two classes have nearly the same name: “${a}” and “${b}”`,
  repairs: {
    copies: (count: number) => plural(count, 'Leave out the copy', `Leave out the ${formatNumber(count)} copies`),
    /** The part that keeps them has the fewest. */
    side: 'Leave them out of the larger part',
    sideHelp: 'The larger part is most often the one to train on; what is tested on stays whole.',
    unreadable: 'Take them off the list',
    both: (label: string) => `Both are “${label}”`,
    neither: 'Leave out both',
    merge: (from: string, into: string) => `Merge “${from}” into “${into}”`,
    /** What was done, for the list of changes and the way back. */
    leftOut: (count: number) => inMedium`${counted(count, inMedium`picture`, inMedium`pictures`)} left out`,
    labelled: (a: string, b: string, label: string) => `${a} and ${b} are labelled “${label}”`,
    merged: (from: string, into: string) => `Class ${from} is merged into ${into}`,
  },
};
