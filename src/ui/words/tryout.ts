import { plural } from './grammar';

/** Words of the panel in which adapters are tried side by side. */
export const tryout = {
  title: 'Try adapters',
  adapters: 'Adapters',
  none: 'No adapter for this model yet. Train a run, or import an adapter.',
  openingModel: 'Opening the model. Its adapters come with it.',
  baseModel: 'Base model',
  baseAbout: 'as downloaded, without an adapter',
  tick: (name: string): string => `Use ${name}`,
  parameters: (count: string): string => `${count} parameters`,
  imported: 'imported',
  layers: (count: number): string => plural(count, 'layer'),
  classes: (count: number): string => plural(count, 'class', 'classes'),
  base: (base: string): string => `made for ${base}`,
  adds: (size: string): string => `adds ${size} MiB`,
  remove: 'Remove',
  removed: (name: string): string => `Removed ${name}`,
  importFolder: 'Import an adapter',
  importFiles: 'Adapter files or zip',
  chooseFolder: 'Choose the folder of an adapter',
  chooseFiles: 'Choose the files or the zip of an adapter',
  importHint: 'PEFT’s LoRA, rsLoRA, DoRA, VeRA and RandLoRA, and what this studio exports. Drop a folder, its files or a zip here.',
  reading: (name: string): string => `Reading ${name}.`,
  importDone: (name: string, layers: number): string => `Imported ${name}: it changes ${plural(layers, 'layer')}.`,
  importFailed: (name: string): string => `${name} was not imported.`,
  dismiss: 'Dismiss',

  pictures: 'Pictures',
  choose: 'Choose pictures',
  choosePictures: 'Choose pictures or a zip to classify',
  folder: 'Choose a folder',
  choosePictureFolder: 'Choose a folder to classify',
  test: (title: string): string => `Test pictures of ${title}`,
  pictureHint: 'They need no labels, and stay on this computer. You can drop a folder or files here.',
  chosen: (title: string, count: string): string => `${title}: ${count === '1' ? '1 picture' : `${count} pictures`}`,
  opening: 'Opening the pictures.',

  start: (adapters: number, base: boolean): string => {
    if (adapters === 0) return base ? 'Classify with the base model' : 'Classify';
    const those = adapters === 1 ? 'one adapter' : `${adapters} adapters`;
    return adapters === 1 && !base ? 'Classify' : `Classify with ${those}${base ? ' and the base model' : ''}`;
  },
  training: 'Training is using the graphics card. You can classify pictures once it has ended.',
  tickOne: 'Tick the base model or at least one adapter.',
  choosePicturesFirst: 'Choose pictures to see what the adapters say.',
  stages: {
    model: (name: string): string => `Putting ${name} on the graphics card`,
    adapter: (name: string): string => `Adding ${name}`,
    images: (done: string, total: string): string => `Classifying: ${done} of ${total} pictures`,
  },
  left: (time: string): string => `about ${time} left`,
  progress: 'Pictures classified',
  cancel: 'Cancel',
  cancelling: 'Stopping after this batch.',
  cancelled: (done: string, total: string): string => `Cancelled after ${done} of ${total} pictures. These are kept.`,

  memory: (model: string, backbone: string): string => `${model} is on the graphics card once, with its working memory: ${backbone} MiB.`,
  memoryAdds: (adapters: number, base: boolean, added: string): string => {
    if (adapters === 0) return `Tried as downloaded, it adds ${added} MiB.`;
    if (base) return `The base model and ${adapters === 1 ? 'the adapter' : `${adapters} adapters`} borrow its weights and together add ${added} MiB.`;
    return `${adapters === 1 ? 'The adapter borrows its weights and adds' : `${adapters === 2 ? 'Both' : `All ${adapters}`} adapters borrow its weights and together add`} ${added} MiB.`;
  },
  memoryCopies: (models: number, copies: string): string => (models < 2 ? '' : `As ${models} separate models they would take ${copies} MiB.`),

  results: 'What they say',
  table: 'Each picture and what they say of it',
  agree: (same: string, all: string): string => `They agree on ${same} of ${all} pictures.`,
  right: (right: string, all: string, percent: string): string => `${right} of ${all} right, ${percent} %`,
  show: 'Pictures shown',
  all: 'All',
  differ: (count: string): string => `Where they differ (${count})`,
  noDifference: 'They agree on every picture.',
  picture: 'Picture',
  name: 'Name',
  truth: (label: string): string => `is ${label}`,
  differs: 'differ',
  next: (name: string): string => `Next classes for ${name}`,
  unreadable: (count: number): string => `${plural(count, 'picture')} could not be read, and ${count === 1 ? 'is' : 'are'} left out.`,
  andMore: (count: number): string => `and ${count} more`,
  page: (from: string, to: string, all: string): string => `${from} to ${to} of ${all}`,
  earlier: 'Earlier',
  later: 'Later',
  csv: 'Download CSV',
} as const;
