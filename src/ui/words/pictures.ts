import { say } from '../../language/say';

/** All pictures of a class, and those of a cell of the confusion matrix. */
export const picturesWords = {
  see: say<[name: string]>('See the pictures of {0}'),
  title: say<[name: string]>('Pictures of {0}'),
  /** As changed; `draws`: runs hold some of those to train back, by their seed. */
  counts: say<[all: number, train: number, val: number, test: number, draws: boolean]>('{0, plural, one {# picture} other {# pictures}}: {1} to train{4, select, true { and validate} other {}}, {is2, select, true {{2} for validation, } other {}}{3} to test.'),
  hint: 'Arrow keys move, Space leaves a picture out or uses it again, Enter goes to its class.',
  /** A picture that has no file of its own. */
  numbered: say<[part: string, place: string]>('{0, select, test {test picture} train {training picture} val {validation picture} other {picture}} {1}'),
  /** Of a table, the header not counted. */
  row: say<[file: string, row: string]>('{0}, row {1}'),
  opening: 'Opening the pictures.',
  empty: 'No picture is of this class now.',
  use: say<[name: string]>('Use {0}'),
  /** Beside a picture whose class was changed. */
  now: say<[label: string]>('now {0}'),
  label: say<[name: string]>('Class of {0}'),
  unreadable: 'cannot be read',
  /** `either`: the seed of a run says which. */
  parts: { train: 'train', either: 'train or val', val: 'validation', test: 'test' },
};
