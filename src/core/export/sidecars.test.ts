import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../shared/model.ts';
import { testImage } from '../store/testing.ts';
import { isOurSidecar, jsonSidecar, xmpSidecar } from './sidecars.ts';

const image = (more: Partial<Image> = {}): Image => ({
  ...testImage({ id: 'waifu-im:7' }),
  cached: true,
  favorite: false,
  blocked: false,
  ...more,
});
const described = (more: Partial<Image> = {}, note = '') => ({ image: image(more), sha256: 'ab', note });

/** What a strict parser reads: the text of every element, by name. */
function read(xml: string): Map<string, string[]> {
  const parser = new SaxesParser({ xmlns: true });
  const found = new Map<string, string[]>();
  const open: string[] = [];
  const texts: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    open.push(name);
    texts.push('');
  });
  parser.on('text', (text) => texts.push((texts.pop() ?? '') + text));
  parser.on('closetag', ({ name }) => {
    open.pop();
    const text = texts.pop() ?? '';
    const property = name === 'rdf:li' ? (open.at(-2) ?? '') : name;
    found.set(property, [...(found.get(property) ?? []), text]);
  });
  parser.write(xml).close();
  return found;
}

describe('the XMP sidecar', () => {
  it('says who made it, where it is from and what is on it', () => {
    const found = read(
      xmpSidecar(
        described(
          { favorite: true, sources: ['https://a.example/?x=1&y=2'], tags: ['sky', '<b>"&\'夜'] },
          'mine & yours',
        ),
      ),
    );
    expect(found.get('dc:creator')).toContain('Painter');
    expect(found.get('dc:source')).toEqual(['https://a.example/?x=1&y=2']);
    expect(found.get('dc:subject')?.slice(0, 2)).toEqual(['sky', '<b>"&\'夜']);
    expect(found.get('dc:description')).toContain('mine & yours');
    expect(found.get('xmp:Rating')).toEqual(['5']);
    expect(read(xmpSidecar(described())).has('xmp:Rating')).toBe(false);
  });

  it('is well-formed and loses nothing that XML can say, whatever the names', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), name, (tags, artist) => {
        const found = read(xmpSidecar(described({ tags, artists: [{ name: artist, links: [] }] }, artist)));
        const plain = (text: string): string =>
          // eslint-disable-next-line no-control-regex -- what XML forbids
          text.replace(/\p{Cs}/gu, '\ufffd').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
        expect(found.get('dc:subject')?.slice(0, tags.length)).toEqual(tags.map(plain));
        expect(found.get('dc:creator')?.[0]).toBe(plain(artist));
      }),
    );
  });
});

describe('the JSON sidecar', () => {
  it('is known again as ours, and only for its image', () => {
    const text = jsonSidecar(described());
    expect(JSON.parse(text)).toMatchObject({
      id: 'waifu-im:7',
      tags: ['landscape', 'sky'],
      artist: ['Painter'],
      sha256: 'ab',
    });
    for (const ours of [text, xmpSidecar(described())]) {
      expect(isOurSidecar(ours, 'waifu-im:7')).toBe(true);
      expect(isOurSidecar(ours, 'waifu-im:8')).toBe(false);
    }
    for (const other of ['', 'text', '{}', '{"id":"waifu-im:7"}', '<x/>'])
      expect(isOurSidecar(other, 'waifu-im:7')).toBe(false);
  });
});
