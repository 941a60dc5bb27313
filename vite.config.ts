/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2023', outDir: 'dist', emptyOutDir: true },
  worker: { format: 'es' },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    // One process at a time: software WebGPU already uses every core.
    maxWorkers: 1,
    testTimeout: 60_000,
  },
});
