import type { Image } from '../../shared/model.ts';

/** What goes beside an exported picture. */
export interface Described {
  readonly image: Image;
  /** sha256 of the file, hex. */
  readonly sha256: string;
  /** The owner's own words; empty where there are none. */
  readonly note: string;
}

/** All that is known, as JSON; the keys most importers look for have their usual names. */
export function jsonSidecar({ image, sha256, note }: Described): string {
  const document = {
    kabegami: 1,
    id: image.id,
    category: image.provider,
    title: titleOf(image),
    artists: image.artists,
    artist: image.artists.map(({ name }) => name),
    tags: image.tags,
    source: image.sources[0] ?? image.pageUrl,
    sources: image.sources,
    page_url: image.pageUrl,
    file_url: image.url.startsWith('http') ? image.url : null,
    rating: image.rating,
    width: image.width,
    height: image.height,
    extension: image.extension,
    favorite: image.favorite,
    note,
    date: image.uploadedAt,
    md5: image.md5,
    sha256,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Artist, source, tags and title for programs that read XMP. A favorite has five stars; of the others nobody said anything. */
export function xmpSidecar({ image, note }: Described): string {
  const title = titleOf(image);
  const source = image.sources[0] ?? image.pageUrl;
  const lines = [
    element('dc:identifier', image.id),
    title === null
      ? null
      : `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escape(title)}</rdf:li></rdf:Alt></dc:title>`,
    note === ''
      ? null
      : `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escape(note)}</rdf:li></rdf:Alt></dc:description>`,
    many(
      'dc:creator',
      'Seq',
      image.artists.map(({ name }) => name),
    ),
    many('dc:subject', 'Bag', image.tags),
    source === null ? null : element('dc:source', source),
    image.favorite ? element('xmp:Rating', '5') : null,
    image.uploadedAt === null ? null : element('xmp:CreateDate', image.uploadedAt),
  ];
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Kabegami">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
${lines
  .filter((line) => line !== null)
  .map((line) => `      ${line}\n`)
  .join('')}    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`;
}

/** Is this text a sidecar that an export of this image wrote? Only such a one is replaced. */
export function isOurSidecar(text: string, id: string): boolean {
  if (text.includes('x:xmptk="Kabegami"')) return text.includes(`<dc:identifier>${escape(id)}</dc:identifier>`);
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'kabegami' in parsed && 'id' in parsed && parsed.id === id;
  } catch {
    return false;
  }
}

function titleOf(image: Image): string | null {
  return 'title' in image && typeof image.title === 'string' && image.title !== '' ? image.title : null;
}

function element(name: string, text: string): string {
  return `<${name}>${escape(text)}</${name}>`;
}

function many(name: string, kind: 'Seq' | 'Bag', values: readonly string[]): string | null {
  if (values.length === 0) return null;
  return `<${name}><rdf:${kind}>${values.map((value) => element('rdf:li', value)).join('')}</rdf:${kind}></${name}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as XML takes it: what cannot be written even as a reference is replaced. */
function escape(text: string): string {
  return (
    text
      .replace(/\p{Cs}/gu, '\ufffd')
      // eslint-disable-next-line no-control-regex -- what XML 1.0 forbids is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
      // A parser would make a line feed of it.
      .replace(/\r/g, '&#13;')
  );
}
