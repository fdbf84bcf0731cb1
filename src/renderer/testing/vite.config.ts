import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Connect, type Plugin } from 'vite';
import { fakeImages } from './fake-data.ts';
import { landscape } from './pictures.ts';

/** Serves media by id, as a host does, with drawings. */
function pictures(): Plugin {
  const known = new Map(fakeImages(100_000).map((image, index) => [image.id, { image, index }]));
  return {
    name: 'made-up-pictures',
    configureServer: serve,
    configurePreviewServer: serve,
  };
  function serve(server: { readonly middlewares: Connect.Server }): void {
    server.middlewares.use('/media', (request, response) => {
      const [, id = '', variant] = (request.url ?? '').split('/');
      const found = known.get(decodeURIComponent(id));
      if (!found) {
        response.statusCode = 404;
        response.end('There is no such picture.');
        return;
      }
      const { width, height } = found.image;
      const scale = variant === 'full' ? 1 : (variant === 'large' ? 1600 : 480) / Math.max(width, height);
      response.setHeader('content-type', 'image/svg+xml');
      response.end(landscape(found.index, Math.round(width * scale), Math.round(height * scale)));
    });
  }
}

export default defineConfig({
  root: 'src/renderer',
  plugins: [svelte(), pictures()],
  build: { target: 'chrome130', rolldownOptions: { input: 'src/renderer/testing/index.html' } },
  server: { host: '127.0.0.1', port: 5199, strictPort: false },
});
