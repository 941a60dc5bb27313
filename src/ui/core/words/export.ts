import { byMedium, inMedium } from '../../../language/medium';
import { counted, formatNumber } from '../../../language/format';
import type { ExportEvent, ExportSpec } from '../../../train/protocol';

export const exportWords = {
  title: (name: string) => `Export ${name}`,
  legend: 'Format',
  start: 'Export',
  cancel: 'Cancel',
  anyway: 'Save the file anyway',
  /** Reason why there is no other form. */
  alone: (why: string) => `It can only be exported as an adapter: ${why}.`,
  formats: {
    peft: { title: 'PEFT adapter', get use() { return byMedium({ pictures: 'Small files that PEFT loads onto the same base model, with pictures and a script to check the result.', texts: 'Small files that PEFT loads onto the same base model, with the code that loads them.' }); } },
    folder: { title: 'Merged Hugging Face folder', use: 'A whole model that transformers loads without PEFT.' },
    web: { title: 'Web page', use: 'A page of your own that tells what pictures and the camera show, with the model in it. It works on telephones too, and sends nothing.' },
    onnx: { title: 'ONNX', get use() { return byMedium({ pictures: 'One file for ONNX Runtime on servers, phones and web pages. It is run here and compared on test pictures.', texts: 'For ONNX Runtime and transformers.js, with the tokenizer. It is run here and compared on test texts.' }); } },
    gguf: { title: 'GGUF', use: 'One file with the whole model and its tokenizer, for llama.cpp, wllama and programs built on them.' },
    python: { title: 'Python project', get use() { return inMedium`The whole experiment for PyTorch, transformers and PEFT: a training script, settings, seed, split, order of pictures and the trained weights.`; } },
  } satisfies Record<Exclude<ExportSpec['format'], 'equivalent' | 'nearest'>, { title: string; use: string }>,
  /** An adapter of a method that PEFT does not have. */
  unknown: { title: (method: string) => `${method} adapter`, use: 'The smallest files. Only Fullrank reads them.' },
  equivalent: { title: (as: string) => `As ${as}, for PEFT`, use: (method: string, as: string) => `PEFT does not have ${method}. The same update is written as a plain ${as}, which is larger.`, also: (as: string) => `The same update as a plain ${as}, for tools that read nothing else.` },
  nearest: { title: (as: string) => `As the nearest ${as}`, use: (as: string) => `The plain ${as} that comes nearest to the update, for tools that read nothing else. The export says how much is lost.`, rank: 'Rank' },
  base: (title: string) => `Its base model, ${title}, is not on any hub. Put these files in one folder:`,
  names: 'Version of transformers that will read it. Newer ones have other names for the layers',
  transformers: { 4: (renamed: string) => `transformers before ${renamed}`, 5: (renamed: string) => `transformers ${renamed} or newer` },
  /** What to do with a page that was saved. */
  pageNext: 'Next: unzip it and put the folder where others can open it. The ways are listed above, and in its README.',
  pageTitle: 'Title of the page',
  pageTitleHint: 'Left empty, it is the name of the pictures.',
  dtype: 'Weights of the ONNX file',
  dtypes: { f32: 'f32', f16: 'f16, half the size', q8: '8 bits, a quarter of the size' },
  ggufDtype: 'Weights of the GGUF file',
  ggufDtypes: { f16: 'f16', q8_0: '8 bits, about half the size' },
  stages: {
    open: () => 'Opening the model, the data and the adapter.',
    images: () => inMedium`Reading test pictures for the check.`,
    make: (format: ExportSpec['format']) => (format === 'onnx' ? 'Writing the ONNX file and running it in onnxruntime-web.' : format === 'web' ? 'Writing the page and comparing its answers with the model’s.' : 'Making the files.'),
    held: () => 'Setting the threshold for “none of these” on pictures held back.',
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
};
