import { expect, test } from 'vitest';
import { deviceOptions, type About } from './deviceOptions';

test.each<[About | undefined, ReturnType<typeof deviceOptions>]>([
  [undefined, { maxBinding: undefined, align: undefined, shaderF16: undefined, software: undefined, matrices: undefined }],
  [{ limits: {}, features: [] }, { maxBinding: Infinity, align: undefined, shaderF16: false, software: undefined, matrices: undefined }],
  [{ limits: { maxStorageBufferBindingSize: 7 }, features: ['shader-f16'], software: false, matrices: ['f32'] }, { maxBinding: 7, align: undefined, shaderF16: true, software: false, matrices: ['f32'] }],
  [{ limits: { maxStorageBufferBindingSize: 7, maxBufferSize: 5, minStorageBufferOffsetAlignment: 32 }, features: ['subgroups'], software: true }, { maxBinding: 5, align: 32, shaderF16: false, software: true, matrices: undefined }],
])('programs for %j are recorded with %j', (about, options) => expect(deviceOptions(about)).toEqual(options));
