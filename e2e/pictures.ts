import { zipSync } from 'fflate';
import sharp from 'sharp';
import { defined } from '../src/numbers/defined';

const hues = ['red', 'green', 'blue'] as const;
const size = 48;

/** A picture of noise in one hue, another one for each seed. */
function picture(hue: number, seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(size * size * 3);
  let state = 7919 * (seed + 1) + hue;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    pixels[i] = i % 3 === hue ? 128 + (state >>> 25) : state >>> 25;
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } }).png().toBuffer();
}

/** A zip of three classes with eight pictures to train and three to test; a red one lies among the green ones to test. */
export async function zipWithWrongLabel(): Promise<{ zip: Buffer; wrong: string }> {
  const wrong = 'test/green/wrong.png';
  const files: Record<string, Uint8Array> = { [wrong]: await picture(0, 500) };
  for (const [hue, name] of hues.entries()) {
    for (let i = 0; i < 8; i++) files[`train/${name}/${i}.png`] = await picture(hue, i);
    for (let i = 0; i < 3; i++) files[`test/${name}/${i}.png`] = await picture(hue, 100 + i);
  }
  return { zip: Buffer.from(zipSync(files)), wrong };
}

/** Pictures without a label, two of each of the same classes, and one that is damaged. */
export async function unlabelled(): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  const files = await Promise.all([0, 1, 2, 3, 4, 5].map(async (i) => ({ name: `photo-${i}.png`, mimeType: 'image/png', buffer: await picture(i % 3, 300 + i) })));
  return [...files, { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from([1, 2, 3]) }];
}

/** A zip of two classes by three names, with pictures that are there twice, to train on, and to train on and to test, and a red one among the green ones to test. */
export async function zipToRepair(): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [hue, name] of (['red', 'green'] as const).entries()) {
    for (let i = 0; i < 10; i++) files[`train/${name}/${i}.png`] = await picture(hue, i);
    for (let i = 0; i < 4; i++) files[`test/${name}/${i}.png`] = await picture(hue, 100 + i);
  }
  for (let i = 0; i < 2; i++) files[`train/Reds/${i}.png`] = await picture(0, 200 + i);
  files['test/green/odd.png'] = await picture(0, 500);
  files['train/green/copy.png'] = defined(files['train/green/0.png']);
  files['test/green/seen.png'] = defined(files['train/green/1.png']);
  return Buffer.from(zipSync(files));
}
