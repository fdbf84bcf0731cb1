import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathParts, textAnswer, type PageAnswer, type PageRequest } from './page-answer.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
};

/**
 * Serves the built page out of `folder`: known file types only, never a path that leaves the folder, by name or by link. Files under
 * `assets/` have a hash in their name and may be kept for good.
 */
export function createPageFiles(folder: string): (request: PageRequest) => Promise<PageAnswer> {
  const missing = (): PageAnswer => textAnswer(404, 'There is nothing here.');
  return async ({ method, path: asked }) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return textAnswer(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
    }
    const parts = asked === '/' ? ['index.html'] : pathParts(asked);
    // A decoded part may hold anything, separators and `..` included.
    if (parts === null || parts.some((part) => !/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))) return missing();
    const contentType = types[path.extname(parts.at(-1) ?? '')];
    if (contentType === undefined) return missing();
    try {
      const root = await realpath(folder);
      const file = await realpath(path.join(root, ...parts));
      if (!isInside(root, file)) return missing();
      const found = await stat(file);
      if (!found.isFile()) return missing();
      return {
        status: 200,
        headers: {
          'content-type': contentType,
          'content-length': String(found.size),
          'cache-control': parts[0] === 'assets' ? 'private, max-age=31536000, immutable' : 'no-cache',
        },
        body:
          method === 'HEAD' || found.size === 0
            ? { kind: 'none' }
            : { kind: 'file', path: file, start: 0, end: found.size - 1 },
      };
    } catch {
      return missing();
    }
  };
}

/** True for paths below `folder`; `/a/bc` is not inside `/a/b`. */
export function isInside(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
