import { describe, expect, it } from 'vitest';
import { externalLink, isPage } from './origin.ts';

describe('isPage', () => {
  it('knows our page', () => {
    for (const url of ['app://kabegami/', 'app://kabegami/index.html', 'app://kabegami/#/favorites']) {
      expect(isPage(url)).toBe(true);
    }
  });

  it('knows everything else', () => {
    for (const url of [
      'app://kabegami.evil/',
      'app://evil/kabegami',
      'app://kabegami:80/',
      'apps://kabegami/',
      'https://kabegami/',
      'file:///kabegami',
      'about:blank',
      'javascript:alert(1)',
      '',
    ]) {
      expect([url, isPage(url)]).toEqual([url, false]);
    }
  });
});

describe('externalLink', () => {
  it('lets https links to real hosts pass', () => {
    expect(externalLink('https://www.pixiv.net/users/1')).toBe('https://www.pixiv.net/users/1');
    expect(externalLink('https://xn--8ws81d.example/a?b=c#d')).toBe('https://xn--8ws81d.example/a?b=c#d');
  });

  it('lets nothing else pass', () => {
    for (const url of [
      'http://example.org/',
      'file:///etc/passwd',
      'smb://host/share',
      'ms-msdt:/id',
      'javascript:alert(1)',
      'data:text/html,x',
      'https://user:password@example.org/',
      'https://user@example.org/',
      'https://localhost/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://1.2.3.4:8443/',
      `https://example.org/${'a'.repeat(2000)}`,
      'example.org',
      '',
    ]) {
      expect([url, externalLink(url)]).toEqual([url, null]);
    }
  });
});
