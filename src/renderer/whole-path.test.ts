import { expect, it } from 'vitest';
import { isNoWholePath, isWholePath } from './whole-path.ts';

it('tells whole paths of every system', () => {
  for (const path of ['/', ' /home/me/Pictures', 'C:\\Pictures', 'd:/Pictures', '\\\\nas\\pictures'])
    expect([path, isWholePath(path), isNoWholePath(path)]).toEqual([path, true, false]);
});

it('complains of what cannot become one, and waits for what may', () => {
  for (const path of ['~', '~/pics', 'pics', './pics', '\\pics', 'C:x'])
    expect([path, isWholePath(path), isNoWholePath(path)]).toEqual([path, false, true]);
  for (const path of ['', ' ', 'C', 'C:', '\\', '\\\\'])
    expect([path, isWholePath(path), isNoWholePath(path)]).toEqual([path, false, false]);
});
