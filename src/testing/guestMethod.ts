import type { Field } from '../adapters/field';
import { methodFields } from '../adapters/fields';
import { methods } from '../adapters/index';
import type { Method } from '../adapters/method';
import { there } from './there';

/** Runs `body` while there is a method of this name, which is LoRA but for this; what its budget moves has these bounds. */
export async function withGuest<T>(change: Partial<Method>, bounds: Pick<Field, 'min' | 'max'>, body: () => T, name = 'guest'): Promise<Awaited<T>> {
  const lora = there(methods.lora);
  const fields = { ...lora.fields, method: name, fields: lora.fields.fields.toReversed().map((field) => (field.name === 'r' ? { ...field, min: undefined, max: undefined, ...bounds } : field)) };
  methodFields[name] = fields;
  methods[name] = { ...lora, ...change, fields };
  try {
    return await body();
  } finally {
    delete methodFields[name];
    delete methods[name];
  }
}
