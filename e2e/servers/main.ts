import { parseArgs } from 'node:util';
import { keys, startServers, tokens } from './index.ts';
import type { WaifuImVersion } from './index.ts';

/**
 * Runs the servers as a process: `node e2e/servers/main.ts [--version v7] [--pictures 216] [--folder F] [--limits real|off]
 * [--waifu-im-port N] [--yiff-rest-port N] [--pictures-port N]`. Prints one line of JSON on stdout when they are up,
 * `{"waifuIm":{"url","tokens"},"yiffRest":{"url","keys"},"pictures":{"url"}}`, and ends when stdin does, or on SIGTERM or SIGINT.
 */

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: 'v7' },
    pictures: { type: 'string', default: '216' },
    images: { type: 'string' },
    folder: { type: 'string' },
    limits: { type: 'string', default: 'real' },
    'waifu-im-port': { type: 'string', default: '0' },
    'yiff-rest-port': { type: 'string', default: '0' },
    'pictures-port': { type: 'string', default: '0' },
  },
});
const versions: readonly WaifuImVersion[] = ['v5', 'v6', 'v7'];
const version = versions.find((candidate) => candidate === values.version);
if (!version || !/^\d+$/.test(values.pictures) || !['real', 'off'].includes(values.limits)) {
  process.stderr.write('Use --version v5|v6|v7, --pictures N and --limits real|off.\n');
  process.exit(2);
}

let told = 0;
const servers = await startServers({
  waifuIm: { version, ...(values.images === undefined ? {} : { images: Number(values.images) }) },
  pictures: Number(values.pictures),
  limits: values.limits === 'off' ? 'off' : 'real',
  ...(values.folder === undefined ? {} : { folder: values.folder }),
  ports: {
    waifuIm: Number(values['waifu-im-port']),
    yiffRest: Number(values['yiff-rest-port']),
    pictures: Number(values['pictures-port']),
  },
  onProgress(done, total) {
    const tenth = Math.floor((done / total) * 10);
    if (tenth === told) return;
    told = tenth;
    process.stderr.write(`Painting the demo's pictures: ${done} of ${total}\n`);
  },
});
process.stdout.write(
  `${JSON.stringify({
    waifuIm: { url: servers.waifuIm.url, tokens },
    yiffRest: { url: servers.yiffRest.url, keys },
    pictures: { url: servers.pictures.url },
  })}\n`,
);

let closing = false;
const stop = (): void => {
  if (closing) return;
  closing = true;
  void servers.close().then(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop).on('close', stop).resume();
