import { expect, test } from 'vitest';
import { methodFields } from '../../../adapters/fields';
import { methods } from '../../../adapters/index';
import { offeredMethods } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { useCatalog } from '../data/catalog';
import { formatsOf, offeredOf, pageOf } from './exports';
import { taskOf } from '../../../tasks/tasks.meta';
import type { ModelInfo } from '../../../train/protocol';
import type { Run } from './runs';

const formats = (method: string) => formatsOf({ spec: { method: { method } } } as unknown as Run);

test('what a run can leave as is what its method can be written as', () => {
  for (const method of offeredMethods()) {
    const { merged, codecs, trains, nearest, bias } = defined(methods[method]);
    const { equivalent, unmerged, python } = defined(methodFields[method]);
    const found = formats(method);
    expect([method, found.includes('folder'), found.includes('onnx')]).toEqual([method, !unmerged, !unmerged]);
    if (!codecs) continue;
    expect([method, merged !== undefined]).toEqual([method, found.includes('folder')]);
    const native = codecs.some(({ peft }) => peft);
    // What PEFT opens comes first.
    expect([method, found[0]]).toEqual([method, native || !equivalent ? 'peft' : 'equivalent']);
    expect([method, found.includes('equivalent')]).toEqual([method, equivalent !== undefined]);
    expect([method, found.includes('python')]).toEqual([method, !unmerged && trains !== 'part' && (native ? python !== false : equivalent !== undefined)]);
    // One that holds weights of layers alone, and is not written as a plain one already.
    expect([method, found.includes('nearest')]).toEqual([method, merged !== undefined && trains === 'adapter' && !equivalent && !nearest && !bias]);
  }
});

test('the usual methods leave in every form', () => {
  expect(formats('lora')).toEqual(['peft', 'folder', 'web', 'onnx', 'python']);
  expect(formats('nola')).toEqual(['equivalent', 'peft', 'folder', 'web', 'onnx', 'python']);
  expect(formats('pissa')).toEqual(['peft', 'equivalent', 'folder', 'web', 'onnx']);
  expect(formats('svft')).toEqual(['peft', 'nearest', 'folder', 'web', 'onnx']);
  expect(formats('hydralora')).toEqual(['peft']);
  expect(formats('full')).toEqual(['folder', 'web', 'onnx', 'python']);
});

test('what reads texts leaves as ONNX or as GGUF where its model can be written so, and be merged', () => {
  const before = useCatalog.getState();
  const models = [{ id: 'both sides', language: { max_tokens: 8, reads: ['text', 'tokens'], onnx: true, gguf: false } }, { id: 'from behind', language: { max_tokens: 8, reads: ['text', 'next'], onnx: false, gguf: true } }];
  useCatalog.setState({ models: models as ModelInfo[] });
  const of = (model: string, method: string, reads: 'text' | 'next' = 'text') => formatsOf({ spec: { model, method: { method }, text: { task: taskOf(reads) } } } as unknown as Run);
  expect([of('both sides', 'lora'), of('both sides', 'full'), of('from behind', 'lora')]).toEqual([['peft', 'folder', 'onnx'], ['folder', 'onnx'], ['peft', 'folder']]);
  expect([of('from behind', 'lora', 'next'), of('from behind', 'full', 'next'), of('from behind', 'hydralora', 'next')]).toEqual([['peft', 'folder', 'gguf'], ['folder', 'gguf'], ['peft']]);
  useCatalog.setState(before);
});

test('a web page is made of the run that got most test pictures right, of those that have ended and can be merged', () => {
  const run = (id: string, accuracy: number, more: object = {}) => ({ id, state: 'done', adapterBytes: 1, lastStep: 1, evaluations: [], spec: { method: { method: 'lora' } }, summary: { final: { split: 'test', accuracy } }, ...more }) as unknown as Run;
  const runs = [run('a', 0.5), run('b', 0.7), run('c', 0.9, { state: 'stopped' }), run('d', 0.9, { spec: { method: { method: 'hydralora' } } }), run('e', 0.9, { adapterBytes: 0 }), run('f', 0.7), run('g', 0.9, { summary: null })];
  expect(pageOf(runs)?.id).toBe('b');
  expect(pageOf([])).toBeUndefined();
});

test('pictures of one’s own leave as a page first, and nothing else is missing', () => {
  const run = (data: string) => ({ spec: { data, method: { method: 'lora' } } }) as unknown as Run;
  useCatalog.setState({ datasets: [{ id: 'mine', builtin: false }, { id: 'signs', builtin: true }] as never });
  expect(offeredOf(run('mine'))).toEqual(['web', 'peft', 'folder', 'onnx', 'python']);
  expect(offeredOf(run('signs'))).toEqual(formats('lora'));
});
