import { contextName, namedFolder } from '../../prompts/contexts';

/** Tokens beside the patches at the input, and of both towers those before a later block. */
export const IMAGE = 'image_encoder.VPT';
export const deepImage = (block: number): string => `image_encoder.transformer.resblocks.${block}.VPT_shallow`;
export const deepText = (block: number): string => `text_encoder.transformer.resblocks.${block}.VPT_shallow`;

const PREFIX = 'prompt_learner.';

/** `prompt_learner.ctx` (n, D), and the prompts of both towers by the names that their encoders give them. */
export const promptsrcFolder = namedFolder(
  PREFIX,
  {
    read(shapes, _, saved) {
      const [text, image] = [shapes.get(PREFIX + contextName), shapes.get(IMAGE)];
      if (!text || !image) return null;
      const depth = (name: (block: number) => string) => {
        let block = 1;
        while (shapes.has(name(block))) block++;
        return block;
      };
      return {
        method: 'promptsrc', n_ctx_text: text.at(-2)!, n_ctx_vision: image.at(-2)!, prompt_depth_text: depth(deepText), prompt_depth_vision: depth(deepImage),
        text_loss_weight: saved.text_loss_weight, image_loss_weight: saved.image_loss_weight,
      };
    },
    write: ({ n_ctx_text, n_ctx_vision, prompt_depth_text, prompt_depth_vision, text_loss_weight, image_loss_weight }) => ({ n_ctx_text, n_ctx_vision, prompt_depth_text, prompt_depth_vision, text_loss_weight, image_loss_weight }),
  },
  (name) => name !== contextName,
);
