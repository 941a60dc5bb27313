import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderTree } from '../io/fileTree.node';
import { openSafetensors, treeAccess } from '../io/safetensors';
import { defined, several } from '../numbers/defined';
import { fit, outputSize, parsePreprocess, preprocess, withSize } from './preprocess';
import { resize } from './resize';
import type { RgbImage } from './source';

const clip = (size: number) => parsePreprocess({ size, crop_size: size, do_center_crop: true, feature_extractor_type: 'CLIPFeatureExtractor' });
const vit = (size: number) => parsePreprocess({ size: { height: size, width: size }, image_processor_type: 'ViTImageProcessor' });

async function compare(folder: string, file: string, sizes: number[]): Promise<number> {
  const source = await openSafetensors(await treeAccess(await folderTree(folder), file));
  let cases = 0;
  for (const name of source.names()) {
    const match = /^(clip|vit)_processor_(\d+)\.(.*)$/.exec(name);
    if (!match || !sizes.includes(Number(match[2]))) continue;
    const [height, width] = several(source.info(`image_${match[3]}`).shape, 2);
    const image = { width, height, data: await source.read(`image_${match[3]}`) };
    const got = preprocess(image, (match[1] === 'clip' ? clip : vit)(Number(match[2])));
    const want = await source.readF32(name);
    expect(got.length).toBe(want.length);
    let worst = 0;
    for (let i = 0; i < got.length; i++) worst = Math.max(worst, Math.abs(defined(got[i]) - defined(want[i])));
    // One step of the last bit of float32 at 2.x is 2.4e-7; one 8-bit level is above 1e-2.
    expect(worst, name).toBe(0);
    cases++;
  }
  return cases;
}

test('equals the CLIP and ViT image processors at 24 pixels, bit for bit', async () => {
  expect(await compare('src/testing/fixtures', 'preprocess24.safetensors', [24])).toBe(4);
});

const shared = await folderTree('../shared/reference/models').catch(() => null);
if (!shared) console.warn('skipped: ../shared/reference is not here, preprocessing at 224 pixels is not compared');
describe.skipIf(!shared)('reference', () => {
  test('equals the processors at every size', async () => {
    expect(await compare('../shared/reference/models', 'preprocess.safetensors', [24, 224])).toBe(5);
  });
});

const image = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251),
});

describe('resize', () => {
  test('same size is a copy; a flat image stays flat', () => {
    const x = image(5, 4);
    expect(resize(x, 5, 4, 'bicubic')).toEqual(x);
    expect(resize(x, 5, 4, 'bicubic').data).not.toBe(x.data);
    const flat = { width: 9, height: 7, data: new Uint8Array(189).fill(200) };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.constantFrom('bilinear', 'bicubic'), (w, h, mode) => {
        const out = resize(flat, w, h, mode);
        expect(out.data).toEqual(new Uint8Array(w * h * 3).fill(200));
      }),
    );
  });

  test('a box of whole halves averages the same pixels as the cut-out, inside', () => {
    const x = image(16, 16);
    const boxed = resize(x, 16, 16, 'bilinear', [4, 4, 12, 12]);
    const whole = resize(x, 32, 32, 'bilinear');
    // Doubling the middle half gives the middle of the doubled image.
    for (let y = 0; y < 16; y++) {
      const row = ((y + 8) * 32 + 8) * 3;
      expect(boxed.data.subarray(y * 48, y * 48 + 48)).toEqual(whole.data.subarray(row, row + 48));
    }
  });
});

describe('config', () => {
  test('old ints mean a square for ViT and the shortest edge for CLIP', () => {
    expect(parsePreprocess({ size: 224, do_normalize: true, image_mean: [0.5, 0.5, 0.5] }).resize).toEqual({ height: 224, width: 224 });
    expect(clip(224)).toMatchObject({ resize: { shortest_edge: 224 }, crop: { height: 224, width: 224 }, resample: 'bicubic' });
    expect(parsePreprocess({ image_processor_type: 'BitImageProcessor', size: { shortest_edge: 256 }, crop_size: { height: 224, width: 224 } }).crop).toEqual({ height: 224, width: 224 });
  });

  test('nested in processor_config.json, and flags', () => {
    const c = parsePreprocess({ image_processor: { size: { height: 8, width: 8 }, resample: 3, do_rescale: false, do_normalize: false, image_processor_type: 'ViTImageProcessorFast' } });
    expect(c).toMatchObject({ resample: 'bicubic', rescale_factor: 1, mean: [0, 0, 0], std: [1, 1, 1], crop: null });
    expect([...preprocess({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }, { ...c, resize: { height: 1, width: 1 } })]).toEqual([1, 2, 3]);
  });

  const whole = { image_processor_type: 'OtherImageProcessorFast', do_resize: true, size: { height: 8, width: 8 }, resample: 3, do_center_crop: false, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.25, 0.5] };
  test('of a class that is not known, where the file says everything', () => {
    expect(parsePreprocess(whole)).toEqual({ resize: { height: 8, width: 8 }, resample: 'bicubic', crop: null, rescale_factor: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.25, 0.5] });
  });

  test.each([
    [{ resample: 1 }, /resample 1; 2 \(bilinear\)/],
    [{ size: { longest_edge: 9 } }, /"size"/],
    [{ size: 1e9 }, /"size"/],
    [{ image_std: [1, 0, 1] }, /above zero/],
    [{ image_mean: [1] }, /"image_mean"/],
    [null, /cannot be used/],
    [{ image_processor_type: 'OtherImageProcessor' }, /for OtherImageProcessor, whose defaults are not known here, and does not say "resample"/],
    [{ image_processor_type: 'x'.repeat(1e5) }, /for x{80}…, whose/],
    [{ ...whole, do_center_crop: undefined }, /does not say "do_center_crop"/],
    [{ ...whole, size: 8 }, /does not say "size" in full/],
    [{ ...whole, image_mean: null }, /does not say "image_mean"/],
  ])('%j is refused', (json, message) => expect(() => parsePreprocess(json)).toThrow(message));

  test('another input size takes the whole image, bilinearly', () => {
    const deit = parsePreprocess({ size: { shortest_edge: 256 }, crop_size: 224, do_center_crop: true, resample: 3 });
    expect(withSize(deit, 224)).toBe(deit);
    expect(withSize(deit, 96)).toMatchObject({ resize: { height: 96, width: 96 }, crop: null, resample: 'bilinear', mean: deit.mean, std: deit.std });
    expect(withSize(vit(224), 64)).toMatchObject({ resize: { height: 64, width: 64 }, crop: null });
    expect(outputSize(withSize({ ...deit, crop: null }, 32))).toEqual({ height: 32, width: 32 });
    expect(() => preprocess(image(3, 3), { ...deit, crop: null })).toThrow('fixes no output size');
  });

  test('an image smaller than the crop is padded around its middle', () => {
    const out = fit({ width: 1, height: 1, data: Uint8Array.of(9, 9, 9) }, { ...clip(4), resize: null });
    expect(out.data.findIndex((v) => v === 9)).toBe((2 * 4 + 2) * 3); // ceil(3 / 2) = 2
  });
});
