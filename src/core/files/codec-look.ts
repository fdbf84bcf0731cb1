import type { CompareJob, LooksJob } from './codec.ts';
import { load, scaled } from './codec-draw.ts';
import { compareLooks, type LookDifference } from './compare-looks.ts';
import { lookOf, sampleSide, signatureOf, signatureText, type Look } from './look.ts';

/** A picture of a group is compared with each of the others: the last so many looks are at hand. 17 kB each. */
const keptLooks = 100;
const looks = new Map<string, Look>();

/** Runs in the codec process only. What cannot be read is null: one bad file does not spoil the others. */
export async function lookAtPictures({ sources }: LooksJob): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  for (const source of sources) {
    const look = await lookAt(source);
    found.push(look === null ? null : signatureText(signatureOf(look)));
  }
  return found;
}

export async function comparePictures({ pairs }: CompareJob): Promise<readonly (LookDifference | null)[]> {
  const found: (LookDifference | null)[] = [];
  for (const { one, other } of pairs) {
    const [a, b] = [await keptLook(one), await keptLook(other)];
    found.push(a === null || b === null ? null : compareLooks(a, b));
  }
  return found;
}

async function keptLook(source: string): Promise<Look | null> {
  const known = looks.get(source);
  if (known !== undefined) {
    looks.delete(source);
    looks.set(source, known);
    return known;
  }
  const look = await lookAt(source);
  if (look !== null) looks.set(source, look);
  for (const [oldest] of looks) {
    if (looks.size <= keptLooks) break;
    looks.delete(oldest);
  }
  return look;
}

async function lookAt(source: string): Promise<Look | null> {
  try {
    const canvas = scaled(await load(source), sampleSide, sampleSide);
    return lookOf(canvas.getContext('2d').getImageData(0, 0, sampleSide, sampleSide).data);
  } catch {
    return null;
  }
}
