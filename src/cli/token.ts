import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The token for a hub: $HF_TOKEN, or, for Hugging Face's own hub, that of `hf auth login`. A hub that was named (`--endpoint`,
 * $HF_ENDPOINT) gets no token that was not given for it. Source of the places: huggingface_hub's constants.py.
 */
export function hubToken(endpoint: string | undefined): string | undefined {
  const { HF_TOKEN, HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  if (HF_TOKEN?.trim()) return HF_TOKEN.trim();
  if (endpoint) return undefined;
  const home = HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  try {
    return readFileSync(HF_TOKEN_PATH || join(home, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
