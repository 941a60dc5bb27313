import type { Device } from '../engine/device';

/** Fetches what only some devices compute with, in the package (cli/setup/lean.mjs); here all is there. */
export const ready = async (_: Device): Promise<void> => {};

/** The same of what reads regular expressions of Python. */
export const readyForPatterns = async (): Promise<void> => {};
