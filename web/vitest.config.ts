// Unit and component tests: pure functions, catalogues, components in happy-dom.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.spec.{ts,tsx}'],
    setupFiles: ['src/spec-setup.ts'],
    pool: 'threads',
    maxWorkers: 2,
  },
});
