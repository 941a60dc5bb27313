import { inMedium } from '../../../language/medium';
import { counted, formatNumber } from '../../../language/format';

/** All pictures of a class, and those of a cell of the confusion matrix. */
export const picturesWords = {
  see: (name: string) => inMedium`See the pictures of ${name}`,
  title: (name: string) => inMedium`Pictures of ${name}`,
  /** As changed; `draws`: runs hold some of those to train back, by their seed. */
  counts: (all: number, train: number, val: number, test: number, draws: boolean) => `${counted(all, inMedium`picture`, inMedium`pictures`)}: ${formatNumber(train)} to train${draws ? ' and validate' : ''}, ${val ? `${formatNumber(val)} for validation, ` : ''}${formatNumber(test)} to test.`,
  get hint() { return inMedium`Arrow keys move, Space leaves a picture out or uses it again, Enter goes to its class.`; },
  /** A picture that has no file of its own. */
  numbered: (part: string, place: string) => `${part === 'test' ? inMedium`test picture` : part === 'train' ? inMedium`training picture` : part === 'val' ? inMedium`validation picture` : inMedium`picture`} ${place}`,
  /** Of a table, the header not counted. */
  row: (file: string, row: string) => `${file}, row ${row}`,
  get opening() { return inMedium`Opening the pictures.`; },
  get empty() { return inMedium`No picture is of this class now.`; },
  use: (name: string) => `Use ${name}`,
  /** Beside a picture whose class was changed. */
  now: (label: string) => `now ${label}`,
  label: (name: string) => `Class of ${name}`,
  unreadable: 'cannot be read',
  /** `either`: the seed of a run says which. */
  parts: { train: 'train', either: 'train or validation', val: 'validation', test: 'test' },
};
