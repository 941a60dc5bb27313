// Packs the pictures of hand signs for the studio.
//
//   git clone https://github.com/ardamavi/Sign-Language-Digits-Dataset && git -C Sign-Language-Digits-Dataset checkout 4b09433
//   node public/data/sign-digits/pack.mjs Sign-Language-Digits-Dataset/Dataset
//
// The repository has a folder a digit with JPEG files of 100 x 100. They are scaled to 64 x 64; the first 50 files of each digit,
// in the order of their names, are for testing and the others for training. WebP, whose pictures every decoder gives back with the same
// bits, at a quality that hardly shows (43 dB): all together take 4 MB, where PNG takes 10. Also takes a folder of train.safetensors and
// test.safetensors with pictures that are of that size already.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import sharp from 'sharp';

const SIZE = 64;
const TEST = 50;
const from = process.argv[2];
if (!from) throw new Error('usage: node pack.mjs <folder with a folder for each digit>');
const to = dirname(fileURLToPath(import.meta.url));

/** A split's pictures, as raw pixels, with their digits. */
async function* ofFolders(split) {
  for (let digit = 0; digit < 10; digit++) {
    const names = readdirSync(join(from, String(digit))).filter((name) => /\.jpe?g$/i.test(name)).sort();
    for (const name of split === 'test' ? names.slice(0, TEST) : names.slice(TEST)) {
      const pixels = await sharp(join(from, String(digit), name)).resize(SIZE, SIZE, { kernel: 'cubic' }).removeAlpha().raw().toBuffer();
      yield { digit, pixels };
    }
  }
}

function* ofTensors(split) {
  const file = readFileSync(join(from, `${split}.safetensors`));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { images, labels } = JSON.parse(file.subarray(8, start));
  for (let i = 0; i < images.shape[0]; i++) {
    const each = 3 * SIZE * SIZE;
    const at = start + images.data_offsets[0] + i * each;
    yield { digit: file[start + labels.data_offsets[0] + i], pixels: file.subarray(at, at + each) };
  }
}

const files = {};
const splits = {};
for (const split of ['train', 'test']) {
  const perClass = Array.from({ length: 10 }, () => 0);
  for await (const { digit, pixels } of existsSync(join(from, `${split}.safetensors`)) ? ofTensors(split) : ofFolders(split)) {
    const name = `${split}/${digit}/${String(perClass[digit]++).padStart(3, '0')}.webp`;
    files[name] = await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 3 } }).webp({ quality: 97, smartSubsample: true }).toBuffer();
  }
  splits[split] = { count: perClass.reduce((sum, n) => sum + n, 0), per_class: perClass };
}
// WebP packs no further. A fixed date, so that the same pictures make the same file.
const ordered = Object.fromEntries(Object.keys(files).sort().map((name) => [name, new Uint8Array(files[name])]));
writeFileSync(join(to, 'pictures.zip'), zipSync(ordered, { level: 0, mtime: '2020-01-01T00:00:00Z' }));
const about = {
  name: 'sign-digits',
  title: 'Hand signs',
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  height: SIZE,
  width: SIZE,
  source: 'https://github.com/ardamavi/Sign-Language-Digits-Dataset, commit 4b09433',
  licence: 'Apache-2.0',
  splits,
};
writeFileSync(join(to, 'dataset.json'), `${JSON.stringify(about, null, 1)}\n`);
