import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { forkCodecChild } from './fork-codec.ts';
import { createProcessCodec, type CodecChild } from './process-codec.ts';

interface FakeChild {
  readonly child: CodecChild;
  readonly sent: { id: number; kind: string }[];
  readonly say: (message: unknown) => void;
  readonly die: () => void;
  killed: boolean;
}

/** A process that does what the test says, when it says so. */
function fakeChild(): FakeChild {
  let receive: (message: unknown) => void = () => undefined;
  let ended: () => void = () => undefined;
  const fake: FakeChild = {
    sent: [],
    killed: false,
    say: (message) => receive(message),
    die: () => ended(),
    child: {
      send: (message) => void fake.sent.push(message as { id: number; kind: string }),
      onMessage: (listener) => void (receive = listener),
      onExit: (listener) => void (ended = listener),
      kill: () => void (fake.killed = true),
    },
  };
  return fake;
}

function setUp({ size = 2 } = {}) {
  const children: FakeChild[] = [];
  const timers: { readonly ms: number; readonly action: () => void; active: boolean }[] = [];
  const codec = createProcessCodec({
    spawn: () => {
      const fake = fakeChild();
      children.push(fake);
      return fake.child;
    },
    size,
    idleMs: 30_000,
    jobTimeoutMs: 60_000,
    clock: {
      after(ms, action) {
        const timer = { ms, action, active: true };
        timers.push(timer);
        return () => void (timer.active = false);
      },
    },
  });
  const fire = (ms: number): void => {
    for (const timer of timers.filter((candidate) => candidate.active && candidate.ms === ms)) {
      timer.active = false;
      timer.action();
    }
  };
  const child = (index: number): FakeChild => {
    const found = children[index];
    if (found === undefined) throw new Error(`No process ${index} was started.`);
    return found;
  };
  return { codec, children, child, fire };
}

const value = { dominantColor: '#102030', hash: '00000000000000ff', width: 5, height: 5 };
const job = (source = 'a.png') => ({ source, targets: [] });

describe('a codec of processes', () => {
  it('starts processes as needed, up to its size, and queues the rest', async () => {
    const { codec, children, child } = setUp();
    const results = [codec.thumbnails(job('a')), codec.thumbnails(job('b')), codec.thumbnails(job('c'))];
    expect(children).toHaveLength(2);
    expect(child(0).sent).toEqual([]);
    child(0).say({ type: 'ready' });
    child(1).say({ type: 'ready' });
    expect(child(0).sent).toMatchObject([{ id: 1, kind: 'thumbnails', job: { source: 'a' } }]);
    child(0).say({ type: 'done', id: 1, value });
    expect(child(0).sent).toMatchObject([{ id: 1 }, { id: 3, job: { source: 'c' } }]);
    child(1).say({ type: 'failed', id: 2, code: 'bad_picture', message: 'No.' });
    child(0).say({ type: 'done', id: 3, value });
    expect(await Promise.all(results)).toMatchObject([
      { ok: true, value },
      { ok: false, error: { code: 'bad_picture', message: 'No.' } },
      { ok: true },
    ]);
    await codec.close();
  });

  it('fails only the job of a process that dies, and starts another for the next', async () => {
    const { codec, children, child } = setUp({ size: 1 });
    const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-pool-'));
    const half = path.join(folder, 'x.webp.part');
    writeFileSync(half, 'half');
    const first = codec.thumbnails({ source: 'a', targets: [{ edge: 480, path: path.join(folder, 'x.webp') }] });
    const second = codec.thumbnails(job('b'));
    child(0).say({ type: 'ready' });
    child(0).die();
    expect(await first).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
    expect(existsSync(half)).toBe(false);
    expect(children).toHaveLength(2);
    child(1).say({ type: 'ready' });
    child(1).say({ type: 'done', id: 2, value });
    expect(await second).toMatchObject({ ok: true });
    await codec.close();
    rmSync(folder, { recursive: true });
  });

  it('starts no process for jobs that are given up together', async () => {
    const { codec, children, child } = setUp();
    const closing = new AbortController();
    const results = Array.from({ length: 30 }, (_none, n) => codec.thumbnails(job(String(n)), closing.signal));
    child(0).say({ type: 'ready' });
    closing.abort();
    const answers = await Promise.all(results);
    expect(answers.every((answer) => !answer.ok && answer.error.code === 'cancelled')).toBe(true);
    expect(children).toHaveLength(2);
    expect(children.every(({ killed }) => killed)).toBe(true);
    // What comes afterwards is done.
    const next = codec.thumbnails(job('next'));
    child(2).say({ type: 'ready' });
    child(2).say({ type: 'done', id: child(2).sent.at(-1)?.id, value });
    expect(await next).toMatchObject({ ok: true });
    await codec.close();
  });

  it('tells a process that never started from a bad picture', async () => {
    const { codec, child } = setUp();
    const result = codec.thumbnails(job());
    child(0).die();
    expect(await result).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('believes no nonsense', async () => {
    const { codec, child } = setUp({ size: 1 });
    const results = [codec.thumbnails(job()), codec.thumbnails(job()), codec.thumbnails(job())];
    child(0).say({ type: 'ready' });
    child(0).say({ type: 'done', id: 77, value });
    child(0).say({ type: 'done', id: 1, value: { ...value, dominantColor: 'url(javascript:1)' } });
    child(0).say('boo');
    expect(child(0).killed).toBe(true);
    child(1).say({ type: 'ready' });
    child(1).say({ type: 'failed', id: 3, code: 'database_newer', message: 'x' });
    for (const result of await Promise.all(results))
      expect(result).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
  });

  it('ends a process whose job is aborted or takes too long, and drops aborted jobs from the queue', async () => {
    const { codec, children, child, fire } = setUp({ size: 1 });
    const running = new AbortController();
    const queued = new AbortController();
    const results = [
      codec.thumbnails(job('a'), running.signal),
      codec.compose({ target: 'x.png', width: 1, height: 1, background: '#000000', layers: [] }, queued.signal),
      codec.thumbnails(job('c')),
      codec.thumbnails(job('d'), AbortSignal.abort()),
    ];
    child(0).say({ type: 'ready' });
    queued.abort();
    running.abort();
    expect(child(0).killed).toBe(true);
    await Promise.resolve();
    child(1).say({ type: 'ready' });
    expect(child(1).sent).toMatchObject([{ job: { source: 'c' } }]);
    fire(60_000);
    expect(child(1).killed).toBe(true);
    expect((await Promise.all(results)).map((result) => (result.ok ? 'ok' : result.error.code))).toEqual([
      'cancelled',
      'cancelled',
      'bad_picture',
      'cancelled',
    ]);
    expect(children).toHaveLength(2);
  });

  it('gives the memory of idle processes back', async () => {
    const { codec, children, child, fire } = setUp();
    const result = codec.thumbnails(job());
    child(0).say({ type: 'ready' });
    child(0).say({ type: 'done', id: 1, value });
    await result;
    const again = codec.thumbnails(job());
    // Busy again: the idle timer is off.
    fire(30_000);
    expect(child(0).killed).toBe(false);
    child(0).say({ type: 'done', id: 2, value });
    await again;
    fire(30_000);
    expect(child(0).killed).toBe(true);
    void codec.thumbnails(job());
    expect(children).toHaveLength(2);
    await codec.close();
  });

  it('answers everything when it is closed', async () => {
    const { codec, child } = setUp({ size: 1 });
    const results = [codec.thumbnails(job()), codec.thumbnails(job())];
    await codec.close();
    expect(child(0).killed).toBe(true);
    for (const result of [...(await Promise.all(results)), await codec.thumbnails(job())]) {
      expect(result).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    }
  });
});

describe('real processes', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kabegami-pool-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const real = (entry: string) =>
    createProcessCodec({ spawn: () => forkCodecChild(entry), size: 1, idleMs: 30_000, clock: systemClock });

  it('that crash or cannot start are answers, not accidents', async () => {
    const crashing = path.join(folder, 'crash.mjs');
    writeFileSync(crashing, `process.on('message', () => process.abort()); process.send({ type: 'ready' });`);
    const codec = real(crashing);
    expect(await codec.thumbnails(job())).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
    expect(await codec.thumbnails(job())).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
    await codec.close();
    const absent = real(path.join(folder, 'absent.mjs'));
    expect(await absent.thumbnails(job())).toMatchObject({ ok: false, error: { code: 'internal' } });
    await absent.close();
  });

  it('get nothing of the environment that they do not need', async () => {
    const spy = path.join(folder, 'spy.mjs');
    writeFileSync(
      spy,
      `process.send({ type: 'ready' }); process.on('message', ({ id }) => process.send({ type: 'failed', id, code: 'internal', message: Object.keys(process.env).join() }));`,
    );
    process.env['KABEGAMI_WAIFU_IM_TOKEN'] = 'not-for-the-codec';
    const codec = real(spy);
    const answer = await codec.thumbnails(job());
    delete process.env['KABEGAMI_WAIFU_IM_TOKEN'];
    await codec.close();
    expect(answer.ok ? '' : answer.error.message).not.toContain('KABEGAMI');
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  it('started without a parent say what they are', async () => {
    const { spawnSync } = await import('node:child_process');
    const entry = fileURLToPath(new URL('./codec-process.ts', import.meta.url));
    const run = spawnSync(process.execPath, [entry], { encoding: 'utf8' });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('not by hand');
  });
});
