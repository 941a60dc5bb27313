/** Bytes of the weights among a run's files, which plans know; beside them are a few lines of settings. */
export const weightBytes = (files: readonly { path: string; bytes: Uint8Array }[]): number => files.reduce((sum, { path, bytes }) => sum + (path.endsWith('.safetensors') ? bytes.length : 0), 0);
