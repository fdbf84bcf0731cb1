import type { Attachment } from 'svelte/attachments';

/** Removing an image element does not stop its request: this does. */
export const cancelWhenRemoved: Attachment<HTMLImageElement> = (image) => () => {
  if (!image.complete) image.removeAttribute('src');
};
