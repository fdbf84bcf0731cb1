import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeId } from '../scene-request.ts';
import { createFakeRunner, fakeDesktop } from '../testing/fake-runner.ts';
import { display, hostilePaths, left, request, right } from '../testing/displays.ts';
import { fileUri, pathOf } from './file-uri.ts';
import { createGsettingsBackend, gsettingsFamilies } from './gsettings.ts';
import { parseGVariantString, quoteGVariant } from './gvariant.ts';

/** gsettings in memory: `set` keeps GVariant text as `get` prints it. */
function fakeGsettings(schemas: Record<string, Record<string, string>>, deaf = false) {
  return createFakeRunner({
    gsettings: ([verb = '', schema = '', key = '', value = '']) => {
      const keys = schemas[schema];
      if (!keys) return new Error(`No such schema “${schema}”`);
      if (verb === 'list-keys') return Object.keys(keys).join('\n');
      if (!(key in keys)) return new Error(`No such key “${key}”`);
      if (verb === 'get') return `${keys[key]}\n`;
      if (!deaf) keys[key] = value;
      return '';
    },
  });
}
const family = (id: string) => {
  const found = gsettingsFamilies.find((each) => each.id === id);
  if (!found) throw new Error(id);
  return found;
};
const compose = () => Promise.resolve(true);
const whole = (file: string, displays = [left, right]) => ({
  displays,
  targets: [{ display: display(wholeId, { width: 3200 }), file, fit: 'span' as const }],
});
const gnomeSchema = 'org.gnome.desktop.background';
const gnomeKeys = () => ({
  [gnomeSchema]: { 'picture-options': "'zoom'", 'picture-uri': "''", 'picture-uri-dark': "''" },
});

describe('GNOME and its relatives', () => {
  it('GNOME: the light and the dark picture, spanned over several displays', async () => {
    const schemas = gnomeKeys();
    const run = fakeGsettings(schemas);
    const backend = createGsettingsBackend(family('gnome'), { run, desktop: fakeDesktop('budgie'), compose });
    expect((await backend.apply(whole("/home/a b/it's.png"))).ok).toBe(true);
    const uri = "'file:///home/a%20b/it%27s.png'";
    expect(schemas).toEqual({
      [gnomeSchema]: { 'picture-options': "'spanned'", 'picture-uri': uri, 'picture-uri-dark': uri },
    });
    expect(run.calls.slice(1)).toEqual([
      ['gsettings', 'set', gnomeSchema, 'picture-options', "'spanned'"],
      ['gsettings', 'set', gnomeSchema, 'picture-uri', uri],
      ['gsettings', 'set', gnomeSchema, 'picture-uri-dark', uri],
    ]);
    const verdicts = await backend.verify(whole("/home/a b/it's.png"));
    expect(verdicts.ok && verdicts.value.get(wholeId)?.shows).toBe('target');
  });

  it('sets no dark picture where there is no such key (before GNOME 42, Cinnamon)', async () => {
    const schemas = { 'org.cinnamon.desktop.background': { 'picture-options': "'none'", 'picture-uri': "''" } };
    const backend = createGsettingsBackend(family('cinnamon'), {
      run: fakeGsettings(schemas),
      desktop: fakeDesktop('cinnamon'),
      compose,
    });
    expect((await backend.apply(whole('/a.png', [left]))).ok).toBe(true);
    expect(schemas['org.cinnamon.desktop.background']).toEqual({
      'picture-options': "'zoom'",
      'picture-uri': "'file:///a.png'",
    });
  });

  it('MATE takes a path', async () => {
    const schemas = { 'org.mate.background': { 'picture-options': "'zoom'", 'picture-filename': "''" } };
    const backend = createGsettingsBackend(family('mate'), {
      run: fakeGsettings(schemas),
      desktop: fakeDesktop('mate'),
      compose,
    });
    for (const path of hostilePaths) {
      expect((await backend.apply(whole(path))).ok).toBe(true);
      const verdicts = await backend.verify(whole(path));
      expect(verdicts.ok && verdicts.value.get(wholeId)?.shows).toBe('target');
    }
  });

  it('is not fooled: a key that did not change, or changed for the light style only', async () => {
    const run = fakeGsettings(gnomeKeys(), true);
    const backend = createGsettingsBackend(family('gnome'), { run, desktop: fakeDesktop('gnome'), compose });
    expect((await backend.apply(whole('/a.png'))).ok).toBe(true);
    const verdicts = await backend.verify(whole('/a.png'));
    expect(verdicts.ok && verdicts.value.get(wholeId)).toMatchObject({
      shows: 'other',
      detail: expect.stringContaining('picture-uri is') as string,
    });

    const half = gnomeKeys();
    const keys = half[gnomeSchema];
    if (keys) Object.assign(keys, { 'picture-uri': "'file:///a.png'", 'picture-options': "'spanned'" });
    const other = createGsettingsBackend(family('gnome'), {
      run: fakeGsettings(half),
      desktop: fakeDesktop('gnome'),
      compose,
    });
    const halfVerdicts = await other.verify(whole('/a.png'));
    expect(halfVerdicts.ok && halfVerdicts.value.get(wholeId)?.detail).toContain('picture-uri-dark');
  });

  it('reads what is there now, to keep it on a display that does not change', async () => {
    const schemas = { [gnomeSchema]: { 'picture-options': "'scaled'", 'picture-uri': "'file:///home/a%20b.jpg'" } };
    const asked: unknown[] = [];
    const backend = createGsettingsBackend(family('gnome'), {
      run: fakeGsettings(schemas),
      desktop: fakeDesktop('gnome'),
      compose: (source, fit, { id }) => Promise.resolve(asked.push([source, fit, id]) > 0),
    });
    expect(await backend.capture?.(left, '/out.png', [left, right])).toBe(true);
    expect(asked).toEqual([['file:///home/a%20b.jpg', 'fit', 'LEFT']]);
    schemas[gnomeSchema]['picture-options'] = "'none'";
    expect(await backend.capture?.(left, '/out.png', [left, right])).toBe(false);
  });

  it('says what is missing', async () => {
    const detect = (run: Parameters<typeof createGsettingsBackend>[1]['run'], id: 'gnome' | 'xfce' = 'gnome') =>
      createGsettingsBackend(family('gnome'), { run, desktop: fakeDesktop(id), compose }).detect();
    expect(await detect(fakeGsettings(gnomeKeys()))).toMatchObject({ available: true });
    expect(await detect(fakeGsettings(gnomeKeys()), 'xfce')).toMatchObject({ available: false, suits: false });
    expect(await detect(createFakeRunner({}))).toMatchObject({
      available: false,
      suits: true,
      reason: expect.stringContaining('gsettings') as string,
    });
    expect(await detect(fakeGsettings({}))).toMatchObject({
      available: false,
      reason: expect.stringContaining('No such schema') as string,
    });
    const backend = createGsettingsBackend(family('gnome'), {
      run: fakeGsettings({}),
      desktop: fakeDesktop('gnome'),
      compose,
    });
    expect((await backend.apply(request([left], ['/a.png']))).ok).toBe(false);
    expect((await backend.verify(request([left], ['/a.png']))).ok).toBe(false);
  });
});

describe('names in settings', () => {
  it('go through a file URI and back, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(!/[/\0]/.test(name) && !/^\.+$/.test(name));
        const uri = fileUri(`/home/${name}`);
        expect(uri).toMatch(/^file:\/\/\/[A-Za-z0-9%._\-+,:;=@$&/[\]^|]+$/);
        expect(pathOf(uri)).toBe(`/home/${name}`);
      }),
    );
    expect(pathOf('https://example.org/a.png')).toBeNull();
  });

  it('go through GVariant text and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseGVariantString(quoteGVariant(text))).toBe(text);
      }),
    );
    expect(parseGVariantString('"it\'s"\n')).toBe("it's");
    expect(parseGVariantString("'\\u540d\\U0001f600\\n'")).toBe('名😀\n');
    expect(parseGVariantString('@as []')).toBeNull();
  });
});
