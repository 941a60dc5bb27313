import { chooses, onNoLayer, type Method } from '../../method';
import { bitfitCodec } from './codec';
import { fields } from './fields';

/** BitFit: every bias learns (arXiv 2106.10199). */
export const method: Method = {
  fields,
  trains: 'part',
  codecs: [bitfitCodec],
  // What stands outside of the backbone is a head.
  learns: (c, name) => /\..*\.bias$/.test(name) && chooses(c, name.slice(0, name.lastIndexOf('.'))),
  ...onNoLayer,
  merged: (_, __, t) => t.weight,
};
