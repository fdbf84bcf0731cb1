import type { Image } from '../../shared/model.ts';
import { format, t } from '../messages/index.ts';

/** What a picture is called: one of this machine by its file or its data file, others by their category's last word or their first tags. */
export function subjectOf(image: Image): string {
  if (image.provider === 'local' && image.title !== null) return image.title;
  const category = image.category?.split('.').at(-1);
  const words = category ? [category] : image.tags.slice(0, 3);
  return t.image.subject(words, image.remoteId);
}

/** What getting its full picture for good is called. */
export function downloadLabel(image: Image): string {
  return image.inFolder ? t.folders.place.copy : t.image.download;
}

/** A picture of this machine whose file is not there. */
export const isLost = (image: Image): boolean => image.provider === 'local' && !image.cached;

/** The artists' names as one text; null when nobody is named. */
export function artistsOf(image: Image): string | null {
  return image.artists.length > 0 ? t.image.by(image.artists.map((artist) => artist.name)) : null;
}

export function describeImage(image: Image, favorite: boolean): string {
  return t.image.describe({
    subject: subjectOf(image),
    artist: artistsOf(image),
    size: format.pixels(image),
    favorite,
    animated: image.animated,
    lost: isLost(image),
  });
}

/** The host of a link, for its text: `pixiv.net`. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host.replace(/^www\./, '');
  } catch {
    return url;
  }
}

/** Links from services are followed only when they are what they should be. */
export function safeLink(url: string): string | null {
  return /^https:\/\//i.test(url) ? url : null;
}
