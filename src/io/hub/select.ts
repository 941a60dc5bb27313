import { quote } from '../../errors/text';
import { HubError } from './hubError';
import type { HubKind } from './ids';
import type { HubFile } from './listing';

/** Small files of a model or an adapter that are used here, or that an exported model needs as they are. */
const companions = new Set([
  'config.json', 'preprocessor_config.json', 'processor_config.json', 'adapter_config.json', 'fullrank.json',
  'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'vocab.txt', 'merges.txt', 'chat_template.jinja', 'generation_config.json',
]);
const dataFile = /\.(parquet|csv|tsv|jsonl|json|txt|safetensors|zip|jpe?g|jfif|png|webp|gif|bmp|avif)$/i;
/** Texts about a data set, which are none of its own. */
const about = /(^|\/)(readme|licen[cs]e|notice|changelog|requirements|robots|citation)[^/]*\.txt$/i;
/** Hidden files and macOS's resource forks. */
const hidden = /(^|\/)(\.|__MACOSX\/)/;
const maxDataFiles = 20_000;
const maxCompanionBytes = 64 * 1024 * 1024;

/** True for a file of a folder that opening it as a model or a data set may read. */
export const mayBeRead = (kind: HubKind, path: string): boolean =>
  kind === 'model' ? companions.has(path) || /^[^/]+\.safetensors(\.index\.json)?$/.test(path) : dataFile.test(path) && !about.test(path) && !hidden.test(path);

/** Files that are needed at once, and index files whose shards (`shardsOf`) are needed besides. */
export interface Selection {
  files: HubFile[];
  indices: HubFile[];
}

/** Selects the files of a model or adapter: configs, tokenizer, and weights as safetensors. Throws HubError naming what is missing. */
export function selectModel(id: string, listed: HubFile[]): Selection {
  const at = new Map(listed.map((file) => [file.path, file]));
  const files = listed.filter((file) => companions.has(file.path));
  const large = files.find((file) => (file.size ?? 0) > maxCompanionBytes);
  if (large) throw new HubError('answer', `${large.path} of ${id} has ${large.size!} bytes; at most ${maxCompanionBytes} are read.`);
  const indices: HubFile[] = [];
  let weights = 0;
  for (const base of ['model', 'adapter_model']) {
    const single = at.get(`${base}.safetensors`);
    const index = at.get(`${base}.safetensors.index.json`);
    if (single) files.push(single);
    else if (index) indices.push(index);
    if (single || index) weights++;
  }
  if (!at.has('config.json') && !at.has('adapter_config.json') && !at.has('fullrank.json')) {
    throw new HubError('not-found', `${id} has neither config.json nor adapter_config.json: it is no transformers model and no PEFT adapter (it has ${names(listed)}).`);
  }
  if (weights === 0) {
    const pickle = listed.find(({ path }) => /\.(bin|pt|pth|ckpt|pkl|h5|msgpack)$/i.test(path));
    throw new HubError(
      'not-found',
      pickle
        ? `${id} has no model.safetensors: only ${quote(pickle.path)}, which is not read here; ask its author for safetensors, or convert it in Python (save_pretrained).`
        : `${id} has no model.safetensors: it has ${names(listed)}.`,
    );
  }
  return { files, indices };
}

/** Selects the files of a data set: tables, archives and images; of one that holds several, those in the folder of a config. Throws HubError. */
export function selectData(id: string, listed: HubFile[], config?: string): Selection {
  const all = listed.filter(({ path }) => mayBeRead('dataset', path));
  const files = config === undefined ? all : all.filter(({ path }) => path.startsWith(`${config}/`));
  if (files.length === 0 && all.length > 0) throw new HubError('not-found', `${id} has no folder ${quote(config!)} of images, tables or archives; it has ${folders(all)}.`);
  if (files.length === 0) throw new HubError('not-found', `${id} holds no images, tables or archives that can be read (it has ${names(listed)}).`);
  if (files.length > maxDataFiles) throw new HubError('answer', `${id} has ${files.length} files, at most ${maxDataFiles} are loaded; look for a version of it in parquet files.`);
  return { files, indices: [] };
}

/** The shards that an index names, as listed. Throws HubError when one is missing. */
export function shardsOf(id: string, index: string, names: string[], listed: HubFile[]): HubFile[] {
  const at = new Map(listed.map((file) => [file.path, file]));
  return names.map((name) => {
    const shard = at.get(name);
    if (!shard) throw new HubError('not-found', `${index} of ${id} names the shard ${quote(name)}, which the repository does not have.`);
    return shard;
  });
}

function folders(listed: HubFile[]): string {
  const found = [...new Set(listed.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : [])))];
  if (found.length === 0) return 'no folders';
  const first = found.slice(0, 12).map((name) => quote(name, 40)).join(', ');
  return found.length > 12 ? `${first} and ${found.length - 12} more` : first;
}

function names(listed: HubFile[]): string {
  if (listed.length === 0) return 'no files';
  const first = listed.slice(0, 5).map(({ path }) => quote(path, 40)).join(', ');
  return listed.length > 5 ? `${first} and ${listed.length - 5} more` : first;
}
