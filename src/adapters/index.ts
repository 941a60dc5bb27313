import { written } from '../errors/text';
import { adalora } from './adalora';
import { autolora } from './autolora';
import { coop } from './coop';
import { coopLora } from './coopLora';
import { cocoop } from './cocoop';
import { deptCoop } from './deptCoop';
import { deptMaple } from './deptMaple';
import { dora } from './dora';
import { ConfigError } from './fields';
import { full } from './full';
import { hira } from './hira';
import { hydralora } from './hydralora';
import { kradapter } from './kradapter';
import { linearProbe } from './linearProbe';
import { lora } from './lora';
import { loraRandlora } from './loraRandlora';
import { loraXs } from './loraXs';
import type { Method } from './method';
import { maple } from './maple';
import { miss } from './miss';
import { nola } from './nola';
import { pissa } from './pissa';
import { pranc } from './pranc';
import { promptsrc } from './promptsrc';
import { randlora } from './randlora';
import { randloraSvd } from './randloraSvd';
import { shira } from './shira';
import { svft } from './svft';
import { vera } from './vera';
import { vpt } from './vpt';

/** All methods, one line each. */
export const methods: Record<string, Method> = {
  randlora,
  lora,
  dora,
  vera,
  nola,
  pissa,
  lora_xs: loraXs,
  shira,
  hira,
  miss,
  kradapter,
  svft,
  adalora,
  autolora,
  pranc,
  hydralora,
  randlora_svd: randloraSvd,
  lora_randlora: loraRandlora,
  vpt,
  coop,
  cocoop,
  maple,
  promptsrc,
  dept_coop: deptCoop,
  dept_maple: deptMaple,
  coop_lora: coopLora,
  full,
  linear_probe: linearProbe,
};

/** The method by its key. Throws ConfigError that lists them. */
export function methodOf(key: string): Method {
  const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (!method) throw new ConfigError(`method ${written(key)} is unknown; there are ${Object.keys(methods).join(', ')}.`);
  return method;
}
