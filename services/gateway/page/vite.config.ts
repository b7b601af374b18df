import { defineConfig, loadEnv } from 'vite'

// `npx vite` serves the page with a gateway behind it: ROBIN_SERVER=http://127.0.0.1:8080 npx vite
export default defineConfig(({ mode }) => ({
  base: './',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: { host: '127.0.0.1', proxy: { '/api': loadEnv(mode, '.', 'ROBIN_')['ROBIN_SERVER'] ?? 'http://127.0.0.1:8080' } }
}))
