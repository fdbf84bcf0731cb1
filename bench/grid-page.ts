import type { Page } from '@playwright/test';

/** What one scroll from the beginning to the end was like. */
export interface Pass {
  /** Milliseconds between frames. */
  readonly frames: readonly number[];
  /** Tasks over 50 ms by the clock, as the page itself is told of them. */
  readonly long: readonly number[];
  /** The most elements the list was made of. */
  readonly nodes: number;
}

/**
 * Scrolls an element from its beginning to its end in so many frames, one step each, and tells how long each frame took. With `distance` only so far from
 * where it is. Runs in the page: nothing but the scrolling goes on meanwhile.
 */
export function scrollThrough(
  page: Page,
  options: { readonly scroller: string; readonly list: string; readonly frames: number; readonly distance?: number },
): Promise<Pass> {
  return page.evaluate<Pass>(`(${scrolling})(${JSON.stringify(options)})`);
}

/** Text, because it belongs to the page and not to Node. */
const scrolling = `async ({ scroller, list, frames, distance }) => {
  const element = document.querySelector(scroller);
  const long = [];
  const observer = new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) long.push(entry.duration);
  });
  observer.observe({ type: 'longtask' });
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  if (distance === undefined) element.scrollTop = 0;
  for (let wait = 0; wait < 30; wait += 1) await nextFrame();
  const step = (distance ?? element.scrollHeight - element.clientHeight) / frames;
  const count = () => document.querySelectorAll(list + ' *').length;
  const taken = [];
  let nodes = 0;
  let last = await nextFrame();
  for (let frame = 0; frame < frames; frame += 1) {
    element.scrollTop += step;
    const now = await nextFrame();
    taken.push(now - last);
    last = now;
    if (frame % 20 === 0) nodes = Math.max(nodes, count());
  }
  for (let wait = 0; wait < 30; wait += 1) await nextFrame();
  nodes = Math.max(nodes, count());
  observer.disconnect();
  return { frames: taken, long, nodes };
}`;

/**
 * The least a virtual list can be: rows of one height with four cells each, absolutely placed, made when they come near and taken away when they go.
 * What any list costs on this machine, at this moment.
 */
export function bareList(count: number): string {
  return `<!doctype html><meta charset="utf-8"><title>bare</title>
<style>
  body { margin: 0; height: 100vh; overflow: hidden; }
  #scroller { height: 100%; overflow: hidden auto; position: relative; overflow-anchor: none; }
  #list { position: relative; contain: layout style; }
  .cell { position: absolute; width: 24.8%; height: 242px; contain: strict; }
</style>
<div id="scroller"><div id="list"></div></div>
<script>
  const height = 246, columns = 4, count = ${count};
  const rows = Math.ceil(count / columns), cap = 8000000;
  const scroller = document.getElementById('scroller'), list = document.getElementById('list');
  list.style.height = Math.min(cap, rows * height) + 'px';
  const shown = new Map();
  const colors = ['#7a9cc6', '#c67a8f', '#8fc67a', '#c6b27a'];
  function render() {
    const view = scroller.clientHeight;
    const first = Math.max(0, Math.floor((scroller.scrollTop - view * 0.6) / height));
    const last = Math.min(rows - 1, Math.floor((scroller.scrollTop + view * 1.6) / height));
    for (const [row, cells] of shown) if (row < first || row > last) { for (const cell of cells) cell.remove(); shown.delete(row); }
    for (let row = first; row <= last; row += 1) {
      if (shown.has(row)) continue;
      const cells = [];
      for (let column = 0; column < columns; column += 1) {
        const cell = document.createElement('div');
        cell.className = 'cell';
        cell.style.transform = 'translate(' + column * 25.07 + 'vw,' + row * height + 'px)';
        cell.style.backgroundColor = colors[(row + column) % 4];
        list.append(cell);
        cells.push(cell);
      }
      shown.set(row, cells);
    }
  }
  scroller.addEventListener('scroll', render);
  render();
</script>`;
}

export const share = (values: readonly number[], at: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(at * values.length))] ?? 0;
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
