import { describe, expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import { rotationConfig, type RotationStatus } from '../shared/rotation.ts';
import { run } from './testing/run-cli.ts';

const status = { config: rotationConfig.parse({}), displays: [] } as unknown as RotationStatus;

const told = async (line: string): Promise<string> => {
  const ran = await run(line, {
    'rotation.status': () => ok(status),
    'pools.list': () => ok({ pools: [] }),
    'folders.list': () => ok({ folders: [], canChoose: false }),
  });
  expect(ran, line).toMatchObject({ code: 2, out: '' });
  return ran.error.replace(/^kabegami: /, '').trimEnd();
};

describe('what does not fit a call is told in the words of the command line', () => {
  const longName = 'x'.repeat(101);
  it.each([
    ['rotation set --every 99999', '--every: It must be at most 10080, not 99999.'],
    ['rotation set --pool Calm', '--pool: "Calm" is not a pool id such as "calm" (small letters, digits and -).'],
    ['pools add Calm --favorites', 'id: "Calm" is not a pool id such as "calm" (small letters, digits and -).'],
    ['pools add calm --favorites --weight 101', '--weight: It must be at most 100, not 101.'],
    [
      'pools add calm --find tagg:sky',
      '--find: The search cannot be understood at "tagg:sky": There is no "tagg:" in a search. Did you mean tag:? To look for these very letters, put them in quotation marks.',
    ],
    [
      'rotation playlists add Work --days mon --from 9 --to 10:00 --pool library',
      'id: "Work" is not a playlist id such as "work" (small letters, digits and -). --from: "9" is not a time of day such as "08:30".',
    ],
    ['library duplicates --limit 60', '--limit: It must be at most 50, not 60.'],
    ['wallpaper history --limit 5000', '--limit: It must be at most 200, not 5000.'],
    ['favorites add waifu-im:1 x', 'id: "x" is not an image id such as "waifu-im:7622".'],
    ['collections create Sky waifu-im:1 x', 'id: "x" is not an image id such as "waifu-im:7622".'],
    ['collections cover 1 x', 'image: "x" is not an image id such as "waifu-im:7622".'],
    [`collections rename 1 ${longName}`, 'name: It must have at most 100 characters.'],
    ['collections move 1 waifu-im:1 --before x', '--before: "x" is not an image id such as "waifu-im:7622".'],
    ['export pictures /out --id waifu-im:1 --id x', '--id: "x" is not an image id such as "waifu-im:7622".'],
    ['backup restore --snapshot x', '--snapshot: "x" is not the name of a snapshot.'],
    ['duplicates separate waifu-im:1', 'At least two pictures are needed.'],
    ['settings set cacheLimitBytes 5', 'cacheLimitBytes: It must be at least 50000000, not 5.'],
    ['settings set historyKept 1.5', 'historyKept: It must be a whole number, not 1.5.'],
    ['settings set historyKept many', 'historyKept: It must be a number, not "many".'],
    ['settings set adultContent yes', 'adultContent: It must be true or false, not "yes".'],
    ['settings set theme blue', 'theme: It must be system, light or dark, not "blue".'],
    ['settings set waifuImUrl http://example.org', 'waifuImUrl: It must be https (http only on this machine).'],
    ['settings set waifuImUrl nonsense', 'waifuImUrl: "nonsense" cannot be understood.'],
    ['browse --category ../..', '--category: "../.." is not a category such as "animals.birb".'],
    ['block add image x', 'value: "x" is not an image id such as "waifu-im:7622".'],
  ])('%s', async (line, expected) => {
    expect(await told(line)).toBe(expected);
  });

  it('never tells a secret', async () => {
    const ran = await run('account set waifu-im --stdin', {}, { input: 'two words' });
    expect(ran.code).toBe(2);
    expect(ran.error).toMatch(/^kabegami: The token cannot be used/);
    expect(ran.error).not.toContain('two words');
  });
});
