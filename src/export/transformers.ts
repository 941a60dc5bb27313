import type { VisionModel } from '../models/model';

/** What a model asks of transformers. */
export interface Needs {
  /** A call takes images of this size only with interpolate_pos_encoding=True. */
  interpolate: boolean;
  /** The version that all of it needs, and what for; null where every version that our files are for will do. */
  since: { version: string; why: string } | null;
}

/**
 * What transformers must be told and must be, for a model whose config.json names `own_size`. Found in its sources: ViT and DeiT
 * take another image size with an option, DINOv2 takes any, CLIPModel does since 4.46 and CLIP's classifier since 5.0.
 */
export function needsOf({ family, architecture, head, image_size }: Pick<VisionModel, 'family' | 'architecture' | 'head' | 'image_size'>, own_size: number): Needs {
  const interpolate = image_size !== own_size && family !== 'dinov2';
  if (architecture?.includes('WithRegisters')) return { interpolate, since: { version: '4.48', why: 'which brought DINOv2 with registers' } };
  if (family !== 'clip' || !interpolate) return { interpolate, since: null };
  return { interpolate, since: { version: head ? '5.0' : '4.46', why: `where ${head ? 'a CLIP with a classifier' : 'CLIP'} takes images of another size` } };
}

/** That version in words; nothing where any will do. */
export const sinceText = ({ since }: Needs): string => (since ? `transformers ${since.version} or newer, ${since.why}` : '');
