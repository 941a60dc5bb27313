import { defined } from '../numbers/defined';
import { ConfigError, methodFields, noMethod } from './fields';
import type { Method } from './method';
import { method as adalora } from './methods/adalora/method';
import { method as autolora } from './methods/autolora/method';
import { method as beft } from './methods/beft/method';
import { method as bitfit } from './methods/bitfit/method';
import { method as boft } from './methods/boft/method';
import { method as c3a } from './methods/c3a/method';
import { method as cocoop } from './methods/cocoop/method';
import { method as coop } from './methods/coop/method';
import { method as coopLora } from './methods/coop_lora/method';
import { method as delora } from './methods/delora/method';
import { method as deptCoop } from './methods/dept_coop/method';
import { method as deptMaple } from './methods/dept_maple/method';
import { method as dora } from './methods/dora/method';
import { method as fourierft } from './methods/fourierft/method';
import { method as full } from './methods/full/method';
import { method as glora } from './methods/glora/method';
import { method as gralora } from './methods/gralora/method';
import { method as hira } from './methods/hira/method';
import { method as hra } from './methods/hra/method';
import { method as hydralora } from './methods/hydralora/method';
import { method as ia3 } from './methods/ia3/method';
import { method as kradapter } from './methods/kradapter/method';
import { method as linearProbe } from './methods/linear_probe/method';
import { method as lnTuning } from './methods/ln_tuning/method';
import { method as loha } from './methods/loha/method';
import { method as lokr } from './methods/lokr/method';
import { method as lora } from './methods/lora/method';
import { method as loraRandlora } from './methods/lora_randlora/method';
import { method as loraXs } from './methods/lora_xs/method';
import { method as maple } from './methods/maple/method';
import { method as miss } from './methods/miss/method';
import { method as nola } from './methods/nola/method';
import { method as oft } from './methods/oft/method';
import { method as pissa } from './methods/pissa/method';
import { method as pranc } from './methods/pranc/method';
import { method as promptsrc } from './methods/promptsrc/method';
import { method as psoft } from './methods/psoft/method';
import { method as pvera } from './methods/pvera/method';
import { method as randlora } from './methods/randlora/method';
import { method as randloraSvd } from './methods/randlora_svd/method';
import { method as road } from './methods/road/method';
import { method as shira } from './methods/shira/method';
import { method as svft } from './methods/svft/method';
import { method as tinylora } from './methods/tinylora/method';
import { method as unilora } from './methods/unilora/method';
import { method as vblora } from './methods/vblora/method';
import { method as vera } from './methods/vera/method';
import { method as vpt } from './methods/vpt/method';
import { method as waveft } from './methods/waveft/method';

const all: Method[] = [adalora, autolora, beft, bitfit, boft, c3a, cocoop, coop, coopLora, delora, deptCoop, deptMaple, dora, fourierft, full, glora, gralora, hira, hra, hydralora, ia3, kradapter, linearProbe, lnTuning, loha, lokr, lora, loraRandlora, loraXs, maple, miss, nola, oft, pissa, pranc, promptsrc, psoft, pvera, randlora, randloraSvd, road, shira, svft, tinylora, unilora, vblora, vera, vpt, waveft];

/** All methods by key, in the order in which they are shown. */
export const methods: Record<string, Method> = Object.fromEntries(Object.keys(methodFields).map((key) => [key, defined(all.find(({ fields }) => fields.method === key))]));

/** The method by its key. Throws ConfigError that lists them. */
export function methodOf(key: string): Method {
  const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
  if (!method) throw new ConfigError(`${noMethod(key)}.`);
  return method;
}
