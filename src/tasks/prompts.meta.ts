/** Prompt templates as text: what the page and the worker both know of them. */

export const PLACE = '{}';
export const MAX_TEMPLATES = 1000;
export const MAX_LENGTH = 1000;

/** Templates of a text, one a line or with | between them; empty lines are left out. */
export const splitTemplates = (text: string): string[] => text.split(/[\n|]/).map((line) => line.trim()).filter((line) => line !== '');

/** A class's text: its name in place of {}, with underscores, which stand for blanks in folder names, as blanks. */
export const promptOf = (template: string, name: string): string => template.replaceAll(PLACE, () => name.replaceAll('_', ' ').trim());

/**
 * Templates to start from. `openai` are the seven that OpenAI chose from eighty for ImageNet.
 * Source: openai/CLIP, notebooks/Prompt_Engineering_for_ImageNet.ipynb.
 */
export const templatePresets = {
  plain: ['a photo of a {}.'],
  openai: ['itap of a {}.', 'a bad photo of the {}.', 'a origami {}.', 'a photo of the large {}.', 'a {} in a video game.', 'art of the {}.', 'a photo of the small {}.'],
} as const;
