import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/**
 * Which codec makes thumbnails fastest, and at what cost in memory? 480 px WebP thumbnails of large generated pictures (JPEG and PNG up to 4K), by
 * each codec in two processes of its own, one picture at a time in each. Also: both thumbnail sizes at once, and a 4K composition with blur.
 *
 *     node bench/codecs.ts [pictures]
 */
const processes = 2;
const codecs = ['canvas', 'sharp'] as const;
type CodecName = (typeof codecs)[number];

interface Task {
  readonly kind: 'small' | 'both' | 'blur';
  readonly source: string;
  readonly target: string;
}

const self = fileURLToPath(import.meta.url);
if (process.send === undefined) await compare(Number(process.argv[2] ?? 60));
else await work((process.argv[2] ?? 'canvas') as CodecName);

async function compare(count: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kabegami-codecs-'));
  try {
    const pictures = await paint(folder, count);
    const bytes = (await Promise.all(pictures.map(async (file) => (await readFile(file)).length))).reduce(
      (a, b) => a + b,
      0,
    );
    say(
      `${count} pictures, ${(bytes / 1e6).toFixed(0)} MB; ${processes} processes on ${cpus().length} cores; Node ${process.versions.node}\n`,
    );
    for (const kind of ['small', 'both', 'blur'] as const) {
      for (const codec of codecs) {
        const tasks = (kind === 'blur' ? pictures.slice(0, 12) : pictures).map((source, n) => ({
          kind,
          source,
          target: path.join(folder, `${codec}-${n}`),
        }));
        const { seconds, memory, cpu } = await run(codec, tasks);
        say(
          `${kind.padEnd(6)} ${codec.padEnd(7)} ${(tasks.length / seconds).toFixed(1).padStart(6)} /s   ` +
            `${((cpu / tasks.length) * 1000).toFixed(0).padStart(5)} ms of processor each   ` +
            `peak ${(memory / 1e6).toFixed(0)} MB for both processes\n`,
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two thirds JPEG, one third PNG; a hill under a sky, with grain so that they are not small. */
async function paint(folder: string, count: number): Promise<string[]> {
  const sizes = [
    [3840, 2160],
    [2560, 1440],
    [1920, 1080],
    [1440, 2560],
  ] as const;
  const files: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const [width, height] = sizes[n % sizes.length] ?? [1920, 1080];
    const hue = (n * 47) % 360;
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2="0" y2="1">` +
        `<stop offset="0" stop-color="hsl(${hue},60%,30%)"/><stop offset="1" stop-color="hsl(${hue + 60},70%,80%)"/></linearGradient></defs>` +
        `<rect width="100%" height="100%" fill="url(#g)"/><ellipse cx="${width / 2}" cy="${height}" rx="${width / 2}" ry="${height / 3}" fill="hsl(${hue + 120},40%,25%)"/></svg>`,
    );
    const grain = await sharp({
      create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 8 } },
    })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const picture = sharp(svg).composite([{ input: grain, blend: 'soft-light' }]);
    const file = path.join(folder, `picture-${n}.${n % 3 === 2 ? 'png' : 'jpg'}`);
    await (n % 3 === 2 ? picture.png({ compressionLevel: 6 }) : picture.jpeg({ quality: 90 })).toFile(file);
    files.push(file);
  }
  return files;
}

async function run(
  codec: CodecName,
  tasks: readonly Task[],
): Promise<{ seconds: number; memory: number; cpu: number }> {
  const queue = [...tasks];
  const peaks: number[] = [];
  let cpu = 0;
  const ready: Promise<void>[] = [];
  const workers = Array.from({ length: processes }, () => {
    const child = fork(self, [codec], { execArgv: [] });
    let begin = (): void => undefined;
    ready.push(
      new Promise((resolve) => {
        begin = resolve;
      }),
    );
    const ended = new Promise<void>((resolve, reject) => {
      child.on('message', (message: 'ready' | { memory: number; cpu: number }) => {
        if (message === 'ready') return begin();
        const next = queue.shift();
        if (next !== undefined) return child.send(next);
        peaks.push(message.memory);
        cpu += message.cpu;
        child.disconnect();
        return resolve();
      });
      child.on('exit', (code) => code !== 0 && reject(new Error(`${codec} ended with ${code}`)));
    });
    return { child, ended };
  });
  await Promise.all(ready);
  const started = performance.now();
  for (const { child } of workers) {
    const first = queue.shift();
    if (first !== undefined) child.send(first);
  }
  await Promise.all(workers.map(({ ended }) => ended));
  return { seconds: (performance.now() - started) / 1000, memory: peaks.reduce((a, b) => a + b, 0), cpu };
}

/** The child: one task at a time, answering with its peak memory so far. */
async function work(codec: CodecName): Promise<void> {
  const perform = codec === 'canvas' ? await canvasTasks() : sharpTasks();
  process.on('message', (task: Task) => {
    void perform(task).then(() => process.send?.({ memory: peakMemory(), cpu: cpuSeconds() }));
  });
  process.send?.('ready');
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Bytes. What `resourceUsage` says would include the parent's size at the fork. */
function peakMemory(): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(
    existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '',
  )?.[1];
  return kilobytes === undefined ? process.resourceUsage().maxRSS * 1024 : Number(kilobytes) * 1024;
}

async function canvasTasks(): Promise<(task: Task) => Promise<unknown>> {
  const { composePicture, makeThumbnails } = await import('../src/core/files/codec-draw.ts');
  return ({ kind, source, target }) => {
    if (kind !== 'blur') {
      const edges = kind === 'small' ? [480] : [480, 1600];
      return makeThumbnails({ source, targets: edges.map((edge) => ({ edge, path: `${target}-${edge}.webp` })) });
    }
    const from = { x: 0, y: 0, width: 1080, height: 1080 };
    const to = { x: 0, y: 0, width: 3840, height: 2160 };
    return composePicture({
      target: `${target}.png`,
      width: 3840,
      height: 2160,
      background: '#000000',
      layers: [
        { source, from, to, blur: 60, brightness: 0.7 },
        { source, from, to: { x: 840, y: 0, width: 2160, height: 2160 }, blur: 0, brightness: 1 },
      ],
    });
  };
}

function sharpTasks(): (task: Task) => Promise<unknown> {
  // One core a process, as the canvas has.
  sharp.concurrency(1);
  sharp.cache(false);
  return async ({ kind, source, target }) => {
    if (kind !== 'blur') {
      for (const edge of kind === 'small' ? [480] : [480, 1600]) {
        await sharp(source)
          .rotate()
          .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
          .webp({ quality: 82 })
          .toFile(`${target}-${edge}.webp`);
      }
      return;
    }
    const part = await sharp(source)
      .extract({ left: 0, top: 0, width: 1080, height: 1080 })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const front = await sharp(part).resize(2160, 2160).png({ compressionLevel: 0 }).toBuffer();
    await sharp(part)
      .resize(3840, 2160, { fit: 'fill' })
      .blur(60)
      .modulate({ brightness: 0.7 })
      .composite([{ input: front, left: 840, top: 0 }])
      .png()
      .toFile(`${target}.png`);
  };
}

function say(text: string): void {
  process.stdout.write(text);
}
