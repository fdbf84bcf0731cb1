import type { Image } from '../shared/model.ts';
import { t } from './messages.ts';

/** What a picture is called where there is only a line for it: its category's last word or its first tags, and its artists. */
export function pictureText(image: Image): string {
  const category = image.category?.split('.').at(-1);
  const words = category ? [category] : image.tags.slice(0, 3);
  return t.picture.by(t.picture.subject(words, image.remoteId), artistNames(image));
}

export function artistNames(image: Image): readonly string[] {
  return image.artists.map(({ name }) => name.trim()).filter((name) => name !== '');
}

/** Text from outside as one short line. */
export function oneLine(text: string, longest = 70): string {
  // Half of a pair of surrogates is no character.
  const characters = [...text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()];
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}
