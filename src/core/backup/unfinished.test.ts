import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearUnfinished, unfinishedName } from './unfinished.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kabegami-unfinished-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const now = Date.UTC(2026, 0, 10);
const hour = 3_600_000;
const hex = '0123456789ab';
/** No system gives a process such a number. */
const nobody = 2 ** 31 - 1;

function put(name: string, hoursAgo: number): string {
  const file = path.join(folder, name);
  writeFileSync(file, 'half');
  utimesSync(file, (now - hoursAgo * hour) / 1000, (now - hoursAgo * hour) / 1000);
  return name;
}

describe('what killed backups left', () => {
  it('goes at the next backup to the same file, nothing else does', async () => {
    const target = path.join(folder, 'a.kabegami');
    put(unfinishedName(target, hex, nobody), 2);
    put(`.a.kabegami.${hex}.part`, 25);
    put(unfinishedName(target, 'ba9876543210'), 25);
    const stays = [
      put(unfinishedName(target, 'aaaaaaaaaaaa', nobody), 0.5),
      put(unfinishedName(target, 'bbbbbbbbbbbb'), 2),
      put('.a.kabegami.cccccccccccc.part', 23),
      put(`.b.kabegami.${hex}.part`, 99),
      put('.a.kabegami.mine.part', 99),
      put('a.kabegami', 99),
    ];
    await clearUnfinished(target, now);
    expect(readdirSync(folder).sort()).toEqual(stays.sort());
  });
});
