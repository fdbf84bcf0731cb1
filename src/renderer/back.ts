/** What lies over a view and goes away with "Back", as a page would. */
export interface Layer {
  readonly name: string;
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** The layers that belong to an entry of the browser's history, the lowest first. */
function layersOf(state: unknown): readonly string[] {
  const over: unknown = typeof state === 'object' && state !== null && 'over' in state ? state.over : null;
  return Array.isArray(over) ? over.filter((name) => typeof name === 'string') : [];
}

/**
 * Lets "Back" close what is open over a view before it leaves the view. Each layer gets an entry of its own in the
 * browser's history. Closed in another way, its entry stays, and is passed over: to go back there and then would race
 * with a link that is followed right after.
 *
 * @param layers The lowest first.
 */
export function followBack(layers: readonly Layer[]): {
  /** A layer is open now. */
  readonly opened: (name: string) => void;
  /** The browser went to another entry. */
  readonly popped: () => void;
} {
  let here = layersOf(history.state);
  let view = location.hash;
  return {
    opened(name) {
      here = layersOf(history.state);
      view = location.hash;
      if (here.includes(name)) return;
      here = [...here, name];
      history.pushState({ over: here }, '');
    },
    popped() {
      const left = here.filter((name) => !layersOf(history.state).includes(name));
      here = layersOf(history.state);
      // Another view, by a link or by "Back": what is open over it is its own.
      const elsewhere = location.hash !== view;
      view = location.hash;
      if (elsewhere) return;
      const open = layers.filter((layer) => left.includes(layer.name) && layer.isOpen());
      for (const layer of open.toReversed()) layer.close();
      if (left.length > 0 && open.length === 0) history.back();
    },
  };
}
