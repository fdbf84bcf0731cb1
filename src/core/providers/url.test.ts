import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFrom, linkFrom, parseAddress } from './url.ts';

describe('parseAddress', () => {
  it.each(['https://cdn.waifu.im/1.jpg', 'http://127.0.0.1:80/x', 'http://localhost/', 'http://[::1]:3000/'])(
    'takes %s',
    (text) => expect(parseAddress(text)).not.toBeNull(),
  );
  it.each([
    'http://cdn.waifu.im/1.jpg',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:secret@cdn.waifu.im/',
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example/',
    '//cdn.waifu.im/1.jpg',
    '',
  ])('refuses %s', (text) => expect(parseAddress(text)).toBeNull());
});

describe('addressFrom', () => {
  it('lets only a service on this machine name this machine', () => {
    expect(addressFrom('http://127.0.0.1:9/a.png', 'http://127.0.0.1:8080')).toBe('http://127.0.0.1:9/a.png');
    expect(addressFrom('http://127.0.0.1:9/a.png', 'https://api.waifu.im')).toBeNull();
    expect(addressFrom('https://localhost/a.png', 'https://api.waifu.im')).toBeNull();
  });
  it('never throws and answers only addresses we may fetch', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.jsonValue()), (value) => {
        const address = addressFrom(value, 'https://api.waifu.im');
        expect(address === null || address.startsWith('https://')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('linkFrom', () => {
  it('lifts http to https and refuses everything that is no web page', () => {
    expect(linkFrom('http://www.pixiv.net/users/1')).toBe('https://www.pixiv.net/users/1');
    expect(linkFrom('javascript:alert(1)')).toBeNull();
    expect(linkFrom('data:text/html,x')).toBeNull();
    expect(linkFrom(`https://example.org/${'a'.repeat(3000)}`)).toBeNull();
  });
});
