import { rowOf } from '../../../data/rowName.meta';
import { formatCount } from '../../../language/format';
import { picturesWords } from '../words/pictures';

/** The name of a picture or a text for people: of a row of a table its number, of a file of tensors its part and place, counted from 1, in place of a path and a hash. */
export function pictureName(name: string): string {
  const inTable = rowOf(name);
  if (inTable) return picturesWords.row(inTable.path, formatCount(inTable.row));
  const [, part, place] = /(?:^|\/)([^/]*)\.safetensors#(\d+)(?: [0-9a-f]{16})?$/.exec(name) ?? [];
  return part === undefined || place === undefined ? name : picturesWords.numbered(part, formatCount(Number(place) + 1));
}
