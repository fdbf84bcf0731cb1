import { answerRows, type RowsQuestion } from './rows-thread.ts';

/** Lays out rows apart from the page, whose thread stays free however many pictures there are. */
addEventListener('message', ({ data }: MessageEvent<RowsQuestion>) => {
  const { answer, transfer } = answerRows(data);
  postMessage(answer, { transfer });
});
