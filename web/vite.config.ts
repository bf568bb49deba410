// Builds the web app into dist/: every file but index.html lies hashed under /assets.
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.CAUCE_URL ?? 'http://127.0.0.1:8710';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    { ...optimizeLocales.vite({ locales: ['en-US', 'es-ES'] }), enforce: 'pre' },
  ],
  base: '/',
  build: { manifest: true, chunkSizeWarningLimit: 700, assetsInlineLimit: 0, target: 'es2022' },
  server: { proxy: { '/api': server, '/hooks': server, '/docs': server } },
});
