/** A point on the way through a list: from this picture on, it is what `label` says. */
export interface RulerMark {
  readonly index: number;
  readonly label: string;
}

/** A label beside the ruler, in pixels from its top. */
export interface Tick {
  readonly y: number;
  readonly label: string;
}

/** The mark that a picture belongs to; -1 before the first. Marks are in order. */
export function markAt(marks: readonly RulerMark[], index: number): number {
  let low = 0;
  let high = marks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.index ?? 0) <= index) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** Where a key on the ruler leads: the beginning of the next part, or of this one, then of the one before. Null where there is none. */
export function nextMark(marks: readonly RulerMark[], index: number, step: -1 | 1): number | null {
  const at = markAt(marks, index);
  const target = step > 0 ? marks[at + 1] : (marks[at]?.index ?? 0) < index ? marks[at] : marks[at - 1];
  return target?.index ?? (step < 0 && index > 0 ? 0 : null);
}

/** The labels that have room: none nearer to another than `spacing`. The first always; those of long parts before those of short ones. */
export function ticksOf(
  marks: readonly RulerMark[],
  options: {
    /** How far down a view that begins at a picture is, 0 to 1. */
    readonly shareAt: (index: number) => number;
    readonly length: number;
    readonly height: number;
    readonly spacing: number;
  },
): readonly Tick[] {
  const { shareAt, length, height, spacing } = options;
  const all = marks.map(({ index, label }, at) => ({
    label,
    y: Math.round(shareAt(index) * height),
    weight: at === 0 ? Infinity : (marks[at + 1]?.index ?? length) - index,
  }));
  const chosen: Tick[] = [];
  for (const { label, y } of all.toSorted((a, b) => b.weight - a.weight)) {
    if (chosen.every((tick) => Math.abs(tick.y - y) >= spacing)) chosen.push({ y, label });
    // No more than that fit, whatever comes.
    if (chosen.length > height / spacing) break;
  }
  return chosen.sort((a, b) => a.y - b.y);
}

/** Height of the thumb and how far it can go, for a track of `height` pixels that stands for `total` pixels of which `view` are seen. */
export function thumbOf(
  height: number,
  total: number,
  view: number,
): { readonly size: number; readonly travel: number } {
  const share = total <= 0 ? 1 : Math.min(1, view / total);
  const size = Math.min(height, Math.max(32, Math.round(share * height)));
  return { size, travel: Math.max(0, height - size) };
}
