import { plain } from '../cardText';

export interface BundleFacts {
  name: string;
  data: string;
  /** Hub id of the base model; null where it lies in the bundle. */
  base: string | null;
  /** The images lie in the bundle. */
  packed: boolean;
  /** The part that learns. */
  trains: 'adapter' | 'weights' | 'head';
  /** Titles of a method that PEFT does not have, and of the one as which it goes on. */
  goesOn?: { from: string; as: string };
  augmented: boolean;
  /** Settings of the run that train.py does not know, by name. */
  without: readonly string[];
  /** Validation images were held back. */
  held: boolean;
  /** The run had early stopping. */
  stops?: boolean;
  /** A CLIP that classifies by texts, whose features lie in the bundle. */
  text: boolean;
}

/** README.md of the bundle. Names from outside are plain text in it, and stand in no command. */
export function readme({ name, data, base, packed, trains, goesOn, augmented, without, held, stops = false, text }: BundleFacts): string {
  const run = packed ? 'python train.py' : 'python train.py --data FOLDER';
  return `# ${plain(name)}, continued in Python

A run of Fullrank on ${plain(data)}, ready to go on with PyTorch, transformers${trains === 'adapter' ? ' and PEFT' : ''}.

\`\`\`sh
python -m venv env && . env/bin/activate
pip install -r requirements.txt
${run}
\`\`\`

${packed ? 'The images lie in `images.safetensors`.' : '`FOLDER` holds the images under the names that `split.json` lists (unpack a zip there). Each image is compared with the hash of its pixels; JPEGs may differ in the last bit, since libraries decode them differently.'}

To ask the trained model about pictures of yours (\`--weights trained\` asks what \`train.py\` has saved):

\`\`\`sh
python predict.py PICTURE
\`\`\`

\`train.py\` goes on from the trained weights with a new optimizer. \`--fresh\` starts over from ${trains === 'adapter' ? "PEFT's own start values, around the random bases that the run had" : 'the base model'}; \`--steps N\` sets the number of steps (0 only measures), \`--eval-every N\` how often the validation images are measured, \`--out FOLDER\` where the result is saved.

Several GPUs, or mixed precision, through accelerate:

\`\`\`sh
accelerate launch --num_processes 2 --mixed_precision bf16 ${run.replace('python ', '')}
\`\`\`

The processes share each batch, so the steps stay the same ones. Without accelerate's launcher one process computes, in float32. FSDP and DeepSpeed, which split a model over processes, are not provided for.

${held ? 'The validation images are measured on the way, and the weights that did best on them are what is saved; the test images have no say in it.' : 'The run held no validation images back, so there is nothing to choose weights by, and the last ones are saved. A validation share in Fullrank holds some back.'}${stops ? ' It stops early as the run would have, counting evaluations anew from where it goes on.' : ''}

What it saves opens in Fullrank as any ${trains === 'weights' ? 'model' : 'adapter'} does, with the names of the classes: \`fullrank.json\` brings them${trains === 'adapter' ? ", which PEFT's files have no place for" : ''}.

| file | what it is |
|---|---|
| experiment.json | all settings, the seed, the base model, the accuracy that was measured |
| split.json | classes; images of each split by name, label and SHA-256 of their RGB bytes; the order in which they are trained on |
| preprocess/ | what an image goes through before the model |
| ${trains === 'adapter' ? 'adapter/ | the trained adapter in PEFT\'s files; \\`python adapter/check.py BASE\\` compares it with what the browser computed (its README says with which versions)' : 'model/ | the trained model'} |
${text ? '| head.safetensors | features of the classes\' texts, which CLIP classifies by; they stay as they are |\n' : ''}| ${base === null ? 'base/ | the base model' : `– | the base model is ${plain(base)} on the Hugging Face hub`} |

${goesOn ? `PEFT has no ${goesOn.from}: the update goes on as the ${goesOn.as} that it is, which has more parameters.\n\n` : ''}What is the same as in the browser: images, their order, preprocessing, loss, weights of the classes, AdamW, schedule, clipping, early stopping, and how weights are chosen. What differs: sums are added in another order${augmented ? ', crops, flips, dropout and noise are drawn by another generator' : ', dropout and noise are drawn by another generator'}, \`--fresh\` has other start values, and frozen weights are in float32 whatever the run stored them in. So curves agree closely, and not bit for bit.${without.length ? ` \`train.py\` goes on without what the run also used: ${without.map((name) => `\`${name}\``).join(', ')}; there curves differ.` : ''}${trains === 'adapter' ? ' Layers go by the names on the hub; \`train.py\` also finds them where transformers has renamed them since.' : ''}
`.replaceAll('\\`', '`');
}
