/** What the keyboard can reach. */
const focusable = 'a[href], button, input, select, textarea, [tabindex]';
/** What is open over the page: what has the focus in it goes away with it, and the page's own place holds again. */
const layers = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]';

const usable = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled, [inert] *') && element.checkVisibility();

const layerOf = (element: Element): Element | null => element.closest(layers);

function removalOf(node: Node, records: readonly MutationRecord[]): MutationRecord | undefined {
  return records.findLast(({ removedNodes }) => [...removedNodes].some((removed) => removed.contains(node)));
}

/**
 * What stands in the place of an element that went away: the next thing after it in what held it, or else the one
 * before it, or else the same in what holds that, up to the view or the layer.
 */
function successor(gone: Element, records: readonly MutationRecord[]): HTMLElement | null {
  let record = removalOf(gone, records);
  while (record && !record.target.isConnected) record = removalOf(record.target, records);
  if (!record) return null;
  const parent = record.target;
  // A grid has one tab stop: its pictures come and go, but it goes on there.
  const stop = parent instanceof Element ? parent.closest('[role=grid]')?.querySelector('[tabindex="0"]') : null;
  if (stop instanceof HTMLElement && usable(stop)) return stop;
  let before = record.previousSibling;
  while (before && !before.isConnected) before = removalOf(before, records)?.previousSibling ?? null;
  const start = before ?? parent;
  const follows = (element: Node): boolean => {
    const relation = start.compareDocumentPosition(element);
    if (before && (relation & Node.DOCUMENT_POSITION_CONTAINED_BY) !== 0) return false;
    return (relation & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  };
  let held: Element | null = parent instanceof Element ? parent : null;
  for (; held && held !== document.body; held = held.parentElement) {
    // Where the whole view went, the keys belong to the one that comes, not to its first button.
    if (held.matches('main, main > *')) return null;
    const near = [...held.querySelectorAll<HTMLElement>(focusable)].filter(usable);
    const found = near.find(follows) ?? near.at(-1);
    if (found) return found;
    if (held.matches(layers)) return null;
  }
  return null;
}

/**
 * Keeps the place of whoever works with the keyboard: where the element that has the focus goes away with what it did
 * (a row that is removed, a dialog whose button is no longer there), what stands in its place has it. Browsers go
 * back to the page's begin instead. Whoever works with a pointer is left alone: there the focus says nothing, and the
 * keys belong to the view.
 *
 * @returns what ends it.
 */
export function keepFocus(): () => void {
  /** What had the focus last: in the page, and in each layer over it; the innermost last. */
  let places: Element[] = [];
  let keyboard = false;
  /** Whether the focus was left on purpose, by the program or by whoever uses it. */
  let left = true;
  /** What was taken out and put in elsewhere, as a row of a list in another order: it lost the focus by that alone. */
  let moved: Element | null = null;

  const lost = (): boolean => keyboard && !left && (document.activeElement ?? document.body) === document.body;

  function follow(records: readonly MutationRecord[]): void {
    if (records.length === 0) return;
    moved = places.find((place) => place.isConnected && removalOf(place, records)) ?? null;
    if (places.some((place) => !place.isConnected))
      places = places
        .map((place) => (place.isConnected ? place : successor(place, records)))
        .filter((place) => place !== null);
    if (!lost()) return;
    // Whoever knows better where the focus belongs puts it there first.
    requestAnimationFrame(() => {
      const place = places.at(-1);
      if (lost() && place instanceof HTMLElement) place.focus();
    });
  }
  const observer = new MutationObserver(follow);
  observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });

  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener('keydown', () => (keyboard = true), { capture: true, signal });
  document.addEventListener('pointerdown', () => (keyboard = false), { capture: true, signal });
  document.addEventListener(
    'focusin',
    ({ target }) => {
      if (!(target instanceof Element) || target === document.body) return;
      const layer = layerOf(target);
      places = [...places.filter((place) => layerOf(place) !== layer), target];
      left = false;
    },
    { signal },
  );
  document.addEventListener(
    'focusout',
    ({ target, relatedTarget }) => {
      if (relatedTarget !== null || !(target instanceof Element)) return;
      // An element that is on its way out loses the focus while it is still there.
      queueMicrotask(() => {
        follow(observer.takeRecords());
        const stays = target.isConnected && target !== moved && !target.matches(':disabled');
        if (document.hasFocus() && stays) left = true;
      });
    },
    { signal },
  );
  return () => {
    listening.abort();
    observer.disconnect();
  };
}
