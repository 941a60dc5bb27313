import { counted, formatNumber } from '../../../language/format';

export const editsWords = {
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
};
