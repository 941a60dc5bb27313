import { byMedium, inMedium } from '../../../language/medium';
import { counted } from '../../../language/format';
import type { Misplaced } from '../data/catalog';

export const importsWords = {
  choose: { model: 'Choose a model folder', get data() { return byMedium({ pictures: 'Choose a folder of pictures', texts: 'Choose a folder of tables' }); } },
  get chooseFiles() { return byMedium({ pictures: 'Choose files of pictures', texts: 'Choose tables of texts' }); },
  /** The same files were chosen once more. */
  open: (name: string) => `${name} is open already.`,
  reading: (name: string, files: number) => `Reading ${name}, ${counted(files, 'file', 'files')}.`,
  /** For files dropped where nothing asks for any. */
  unopened: (name: string) => `${name} cannot be opened here. This page opens pictures and texts (as folders, tables or zips), models, adapters, runs and projects.`,
  cancel: 'Cancel',
  failed: (name: string) => `${name} could not be opened`,
  kept: { model: 'The model that was chosen before stays in place.', data: 'The data that was chosen before stays in place.' },
  misplaced: (name: string, kind: Misplaced['kind'], as: Misplaced['as']) => `${name} holds ${kind === 'runs' ? 'runs' : kind === 'adapter' ? 'a trained adapter' : 'a model'}, not ${as === 'data' ? inMedium`pictures` : 'a model'}.`,
  place: { runs: 'Add to the runs', adapter: 'Try this adapter', model: 'Use this model' } satisfies Record<Misplaced['kind'], string>,
  again: 'Choose again',
  keep: 'Keep what was chosen',
};
