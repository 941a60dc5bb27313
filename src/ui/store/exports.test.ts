import { expect, test } from 'vitest';
import { methodFields } from '../../adapters/fields';
import { methods } from '../../adapters/index';
import { offeredMethods } from '../methods';
import { formatsOf } from './exports';
import { textTaskOfClasses, textTaskOfGoingOn } from '../../tasks/tasks.meta';
import { useCatalog } from './catalog';
import type { Run } from './runs';

const formats = (method: string) => formatsOf({ spec: { method: { method } } } as unknown as Run);

test('what a run can leave as is what its method can be written as', () => {
  for (const method of offeredMethods()) {
    const { merged, codecs } = methods[method]!;
    const { equivalent, unmerged, python } = methodFields[method]!;
    const found = formats(method);
    expect([method, found.includes('folder'), found.includes('onnx')]).toEqual([method, !unmerged, !unmerged]);
    if (!codecs) continue;
    expect([method, merged !== undefined]).toEqual([method, found.includes('folder')]);
    const native = codecs.some(({ peft }) => peft);
    // What PEFT opens comes first.
    expect([method, found[0]]).toEqual([method, native || !equivalent ? 'peft' : 'equivalent']);
    expect([method, found.includes('equivalent')]).toEqual([method, equivalent !== undefined]);
    expect([method, found.includes('python')]).toEqual([method, !unmerged && (native ? python !== false : equivalent !== undefined)]);
  }
});

test('the usual methods leave in every form', () => {
  expect(formats('lora')).toEqual(['peft', 'folder', 'onnx', 'python']);
  expect(formats('nola')).toEqual(['equivalent', 'peft', 'folder', 'onnx', 'python']);
  expect(formats('pissa')).toEqual(['peft', 'equivalent', 'folder', 'onnx']);
  expect(formats('svft')).toEqual(['peft', 'folder', 'onnx']);
  expect(formats('hydralora')).toEqual(['peft']);
  expect(formats('full')).toEqual(['folder', 'onnx', 'python']);
});

test('what goes on with texts leaves as GGUF too, where llama.cpp has its model and it can be merged', () => {
  const language = { max_tokens: 8, goesOn: true, gguf: true };
  const before = useCatalog.getState();
  useCatalog.setState({ models: [{ id: 'known', language }, { id: 'other', language: { ...language, gguf: false } }] as never });
  const of = (model: string, method: string, task = textTaskOfGoingOn) => formatsOf({ spec: { model, method: { method }, text: { task } } } as unknown as Run);
  expect(of('known', 'lora')).toEqual(['peft', 'folder', 'gguf']);
  expect(of('known', 'full')).toEqual(['folder', 'gguf']);
  expect(of('known', 'hydralora')).toEqual(['peft']);
  expect(of('known', 'lora', textTaskOfClasses)).toEqual(['peft', 'folder']);
  expect(of('other', 'lora')).toEqual(['peft', 'folder']);
  useCatalog.setState(before);
});
