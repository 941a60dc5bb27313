import { methodOf } from '../adapters';
import { methodFields } from '../adapters/fields';
import { defined } from '../numbers/defined';

/**
 * Settings of a method, by PEFT's names. What only PEFT's config has (`use_rslora`, `task_type`) may stand there too, and is read as
 * its file would be; settings that PEFT does not have may not stand beside it.
 */
export abstract class MethodSettings {
  [field: string]: unknown;

  protected constructor(method: string, settings: object) {
    const own = new Set(['modules_to_save', ...Object.keys(defined(methodFields[method]).patterns ?? {}), ...defined(methodFields[method]).fields.map(({ name }) => name)]);
    const [codec] = methodOf(method).codecs ?? [];
    const asPeft = codec !== undefined && Object.keys(settings).some((name) => !own.has(name));
    Object.assign(this, asPeft ? { peft_type: codec.type, ...codec.mark } : { method }, settings);
  }
}
