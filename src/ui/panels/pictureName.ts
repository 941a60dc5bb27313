import { formatCount } from '../../language/format';
import { t } from '../strings';

/** The name of a picture for people: of a file of tensors its part and place, counted from 1, in place of a path and a hash. */
export function pictureName(name: string): string {
  const [, part, place] = /(?:^|\/)([^/]*)\.safetensors#(\d+)(?: [0-9a-f]{16})?$/.exec(name) ?? [];
  return place === undefined ? name : t.pictures.numbered(part, formatCount(Number(place) + 1));
}
