import type { Medium } from '../../../train/protocol';

/** A model of the hub that is worth starting from: what its page there says. */
export interface StartingModel {
  id: string;
  title: string;
  licence: string;
  /** Weights, and bytes of the file that is downloaded. */
  parameters: number;
  bytes: number;
  /** Pixels of a patch's edge; 0 of a model that reads texts. */
  patch: number;
  /** What it is good for, in a few words. */
  about: string;
  /** Id under which it comes with the page. */
  bundled?: string;
}

const MB = 1e6;

/** By size, the smallest first. Licences, weights and files as the pages of the hub have them (November 2026). */
export const startingModels: Record<Medium, StartingModel[]> = {
  pictures: [
    { id: 'facebook/deit-tiny-patch16-224', title: 'DeiT-Tiny', licence: 'Apache-2.0', parameters: 5_717_416, bytes: 22.9 * MB, patch: 16, about: 'comes with this page', bundled: 'deit-tiny-patch16-224' },
    { id: 'WinKawaks/vit-tiny-patch16-224', title: 'ViT-Tiny', licence: 'Apache-2.0', parameters: 5_717_416, bytes: 22.9 * MB, patch: 16, about: 'as small, pretrained on more pictures (ImageNet-21k)' },
    { id: 'WinKawaks/vit-small-patch16-224', title: 'ViT-Small', licence: 'Apache-2.0', parameters: 22_050_664, bytes: 88.2 * MB, patch: 16, about: 'more accurate, still trained without a graphics card' },
    { id: 'facebook/dinov2-small', title: 'DINOv2 small', licence: 'Apache-2.0', parameters: 22_056_576, bytes: 88.2 * MB, patch: 14, about: 'learned without labels: good features where pictures are few' },
    { id: 'google/vit-base-patch16-224-in21k', title: 'ViT-Base', licence: 'Apache-2.0', parameters: 86_389_248, bytes: 346 * MB, patch: 16, about: 'for a graphics card' },
    { id: 'facebook/dinov2-base', title: 'DINOv2 base', licence: 'Apache-2.0', parameters: 86_580_480, bytes: 346 * MB, patch: 14, about: 'for a graphics card' },
  ],
  texts: [
    { id: 'sentence-transformers/all-MiniLM-L6-v2', title: 'MiniLM', licence: 'Apache-2.0', parameters: 22_713_216, bytes: 90.9 * MB, patch: 0, about: 'classes and likeness of sentences, without a graphics card' },
    { id: 'google-bert/bert-base-uncased', title: 'BERT base', licence: 'Apache-2.0', parameters: 109_482_240, bytes: 440 * MB, patch: 0, about: 'classes of texts' },
    { id: 'openai-community/gpt2', title: 'GPT-2', licence: 'MIT', parameters: 124_439_808, bytes: 548 * MB, patch: 0, about: 'continues texts' },
    { id: 'HuggingFaceTB/SmolLM2-135M', title: 'SmolLM2 135M', licence: 'Apache-2.0', parameters: 134_515_008, bytes: 269 * MB, patch: 0, about: 'continues texts, for a graphics card' },
  ],
};

export const startingWords = {
  title: 'Models worth starting from',
  model: 'model',
  licence: 'licence',
  download: 'download',
  step: 'a step here',
  reached: 'reached',
  /** Beside the chosen model, whose step was not timed yet. */
  times: (factor: string, chosen: string) => `${factor} × ${chosen}`,
  about: (time: string) => `≈ ${time}`,
  open: 'Open',
  choose: 'Choose',
  /** A recorded comparison's best. */
  of: (accuracy: string, method: string, data: string) => `${accuracy} % on ${data} (${method})`,
  none: '–',
  hint: 'A step is told by the one of the chosen model and by the weights and patches of each. “Reached” is the best of the runs recorded with this page.',
};
