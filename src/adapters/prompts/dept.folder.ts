import type { PromptFolder } from './folder';
import { namedFolder } from './contexts';

/** Tensors that scale and shift features, and the head that reads them; behind no prefix. */
export const DEPT_IMAGES = 'film_lp_img';
export const DEPT_TEXTS = 'film_lp_text';
export const DEPT_HEAD = 'linear_probe_proj';
const outside = (name: string): boolean => [DEPT_IMAGES, DEPT_TEXTS, DEPT_HEAD].some((own) => name.startsWith(own));

const PREFIX = 'prompt_learner.';

/** Puts tensors of the method below behind `prompt_learner.`, however its own folder names them. */
export const deptFolder = (method: string, below: PromptFolder, prefix: string): PromptFolder =>
  namedFolder(
    PREFIX,
    {
      read(shapes, blocks, saved) {
        if (!shapes.has(`${DEPT_HEAD}.weight`)) return null;
        const own = new Map([...shapes].filter(([name]) => !outside(name)).map(([name, shape]) => [name.replace(PREFIX, prefix), shape]));
        const settings = below.read(own, blocks, saved);
        return settings && { ...settings, method, weight: saved.weight };
      },
      write: (c, blocks) => ({ ...below.write(c, blocks), weight: c.weight }),
    },
    outside,
  );
