import { plain } from '../cardText';

/** What train.py was written for. Layers go by the names of transformers 4. */
export const requirements = `torch==2.6.0
transformers==4.45.2
peft==0.18.1
accelerate==1.2.1
huggingface_hub==0.26.5
safetensors==0.4.5
numpy==2.1.3
pillow==11.0.0
`;

export interface BundleFacts {
  name: string;
  data: string;
  /** Hub id of the base model; null where it lies in the bundle. */
  base: string | null;
  /** The images lie in the bundle. */
  packed: boolean;
  kind: 'adapter' | 'full' | 'linear_probe';
  asLora: boolean;
  augmented: boolean;
}

/** README.md of the bundle. Names from outside are plain text in it, and stand in no command. */
export function readme({ name, data, base, packed, kind, asLora, augmented }: BundleFacts): string {
  const run = packed ? 'python train.py' : 'python train.py --data FOLDER';
  return `# ${plain(name)}, continued in Python

A run of Fullrank on ${plain(data)}, ready to go on with PyTorch, transformers${kind === 'adapter' ? ' and PEFT' : ''}.

\`\`\`sh
python -m venv env && . env/bin/activate
pip install -r requirements.txt
${run}
\`\`\`

${packed ? 'The images lie in `images.safetensors`.' : '`FOLDER` holds the images under the names that `split.json` lists (unpack a zip there). Each image is compared with the hash of its pixels; JPEGs may differ in the last bit, since libraries decode them differently.'}

It goes on from the trained weights with a new optimizer; \`--fresh\` starts over from ${kind === 'adapter' ? "PEFT's own start values" : 'the base model'}, \`--steps N\` sets the number of steps, \`--out FOLDER\` says where the result is saved.

| file | what it is |
|---|---|
| experiment.json | all settings, the seed, the base model, the accuracy that was measured |
| split.json | classes; images of each split by name, label and SHA-256 of their RGB bytes; the order in which they are trained on |
| preprocess/ | what an image goes through before the model |
| ${kind === 'adapter' ? 'adapter/ | the trained adapter in PEFT\'s files; \\`python adapter/check.py BASE\\` compares it with what the browser computed' : 'model/ | the trained model'} |
| ${base === null ? 'base/ | the base model' : `– | the base model is ${plain(base)} on the Hugging Face hub`} |

${asLora ? 'PEFT has no NoLA: the update goes on as the LoRA that it is, which has more parameters.\n\n' : ''}What is the same as in the browser: images, their order, preprocessing, loss, AdamW, schedule, clipping. What is not: sums are added in another order${augmented ? ', and crops and flips are drawn by another generator' : ''}, so curves agree closely and not bit for bit.
`.replaceAll('\\`', '`');
}
