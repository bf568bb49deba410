// Takes the pictures of the README from the real binary: `npm run shots`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['e2e/**/*.shot.ts'], fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 },
});
