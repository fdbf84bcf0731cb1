import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerRows, createRowsThread, type RowsAnswer, type RowsQuestion, type RowsWorker } from './rows-thread.ts';
import { layRows } from './rows.ts';

/** A worker whose answers the test lets go; what is handed over is really taken away. */
function fakeWorker() {
  const questions: RowsQuestion[] = [];
  let onmessage: (event: { readonly data: RowsAnswer }) => void = () => undefined;
  let onerror: () => void = () => undefined;
  let ended = false;
  const worker: RowsWorker = {
    postMessage: (message, options) => void questions.push(structuredClone(message, options)),
    addEventListener(type: string, listener: (event: never) => void) {
      if (type === 'message') onmessage = listener as typeof onmessage;
      else onerror = listener as typeof onerror;
    },
    terminate: () => (ended = true),
  };
  return {
    worker,
    questions,
    answer: (question: RowsQuestion) => onmessage({ data: answerRows(question).answer }),
    breakDown: () => onerror(),
    ended: () => ended,
  };
}
const request = (ratios: readonly number[]) => ({
  width: 600,
  targetHeight: 200,
  gap: 4,
  ratios: Float32Array.from(ratios),
});

describe('the thread that lays out rows', () => {
  it('answers each question, whatever their order, with what would be laid out here', async () => {
    const fake = fakeWorker();
    const thread = createRowsThread(() => fake.worker);
    const first = thread.lay(request([1, 2, 1.5, 1]));
    const second = thread.lay(request([3, 3, 0.5]));
    for (const question of fake.questions.toReversed()) fake.answer(question);
    expect(await first).toEqual(layRows(request([1, 2, 1.5, 1])));
    expect(await second).toEqual(layRows(request([3, 3, 0.5])));
  });

  it('is started once, when it is needed', async () => {
    let started = 0;
    const fake = fakeWorker();
    const thread = createRowsThread(() => {
      started += 1;
      return fake.worker;
    });
    expect(started).toBe(0);
    const both = [thread.lay(request([1])), thread.lay(request([1]))];
    for (const question of fake.questions) fake.answer(question);
    await Promise.all(both);
    expect(started).toBe(1);
  });

  it('leaves the work to the page where it cannot be started, or has broken down', async () => {
    expect(await createRowsThread(() => null).lay(request([1]))).toBeNull();
    const refused = createRowsThread(() => {
      throw new Error('The content policy refuses it.');
    });
    expect(await refused.lay(request([1]))).toBeNull();
    const fake = fakeWorker();
    const thread = createRowsThread(() => fake.worker);
    const waiting = thread.lay(request([1]));
    fake.breakDown();
    expect([await waiting, await thread.lay(request([1])), fake.ended()]).toEqual([null, null, true]);
  });

  it('hands over arrays that hold nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.45, max: 3.2, noNaN: true }), { maxLength: 200 }), (ratios) => {
        const { answer, transfer } = answerRows({ job: 1, request: request(ratios) });
        const { firsts, tops, placed } = answer.rows;
        expect(placed).toBe(ratios.length);
        expect([firsts.buffer.byteLength, tops.buffer.byteLength]).toEqual([firsts.length * 4, tops.length * 8]);
        expect(transfer).toEqual([firsts.buffer, tops.buffer]);
        expect([...firsts].every((first, row) => first > (firsts[row - 1] ?? 0) && first <= placed)).toBe(true);
      }),
    );
  });
});
