import { loraRandlora, nola, pranc, pvera, randlora, randloraSvd, svft, vera } from './drawn';
import type { Formula } from './formula';
import { adalora, autolora, dora, hira, hydralora, lora, loraXs, pissa } from './lowRank';
import { kradapter, miss, plain, shira } from './others';
import { delora, gralora, loha, lokr } from './products';
import { boft, hra, oft, psoft, road } from './rotations';
import { tinylora, unilora, vblora } from './banks';
import { c3a, fourierft, waveft } from './spectra';
import { beft, glora, ia3 } from './scalings';

/** By the key of a method that is on layers, what a layer is under it. */
export const formulas: Readonly<Record<string, Formula>> = {
  full: plain,
  linear_probe: plain,
  lora, dora, vera, nola, randlora, pissa, lora_xs: loraXs, shira, hira, miss, kradapter, svft, adalora, autolora, pranc, hydralora, randlora_svd: randloraSvd, lora_randlora: loraRandlora,
  ia3, beft, glora,
  loha, gralora, delora, lokr,
  c3a, fourierft, waveft, vblora, tinylora, unilora, pvera,
  hra, road, oft, boft, psoft,
};
